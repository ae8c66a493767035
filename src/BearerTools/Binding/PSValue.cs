using System.Management.Automation;
using System.Management.Automation.Internal;

namespace BearerTools.Binding;

/// <summary>Values from the engine, which may be wrapped in a PSObject.</summary>
internal static class PSValue
{
    public static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>The same for a value of the caller's that may be the engine's "no value", which is not <see langword="null"/>.</summary>
    public static object? UnwrapKnown(object? value) => ReferenceEquals(value, AutomationNull.Value) ? value : Unwrap(value);

    /// <summary>True if the value is a scalar such as a number or a text, not an object with content.</summary>
    public static bool IsScalar(object value) => Unwrap(value) switch
    {
        string or Uri or decimal or Guid or Enum or System.Numerics.BigInteger => true,
        DateTime or DateTimeOffset or DateOnly or TimeOnly or TimeSpan => true,
        { } bare => bare.GetType().IsPrimitive,
        null => true,
    };
}
