using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>Values as the engine hands them on: now and then in a wrapper, which is none of the value.</summary>
internal static class PSValue
{
    public static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
