using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>Values as the engine hands them on: now and then in a wrapper, which is none of the value.</summary>
internal static class PSValue
{
    public static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>Whether a value names something, as a number or a text does, rather than being an object with content.</summary>
    public static bool IsScalar(object value) => Unwrap(value) switch
    {
        string or Uri or decimal or Guid or DateTime or DateTimeOffset or DateOnly or TimeOnly or TimeSpan or Enum or System.Numerics.BigInteger => true,
        { } bare => bare.GetType().IsPrimitive,
        null => true,
    };
}
