using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Language;
using BearerTools.Json;

namespace BearerTools.Pipeline;

/// <summary>Reads PowerShell's own values for conversion to JSON.</summary>
internal sealed class PSObjectJsonSource : IJsonSource
{
    public static PSObjectJsonSource Instance { get; } = new();

    public object? Unwrap(object value)
    {
        // AutomationNull, the engine's "no value", is a single PSObject without content.
        if (ReferenceEquals(value, AutomationNull.Value)) return null;
        var bare = value is PSObject wrapper ? wrapper.BaseObject : value;
        return bare switch
        {
            PSCustomObject => value,
            NullString => null,
            _ => bare,
        };
    }

    public bool IsData(object value) => value is not ScriptBlock && ClrMembers.Instance.IsData(value);

    public IEnumerable<KeyValuePair<string, object?>> Members(object value)
    {
        if (value is not PSObject wrapper) return ClrMembers.Instance.Members(value);
        return wrapper.BaseObject is PSCustomObject ? Properties(wrapper, _ => true) : OfWrapped(wrapper);
    }

    public IEnumerable<KeyValuePair<string, object?>> Added(object value) =>
        value is PSObject wrapper ? Properties(wrapper, property => property.MemberType != PSMemberTypes.Property) : [];

    public bool IsFault(Exception error) => error is not (PipelineStoppedException or FlowControlException);

    /// <summary>As in ConvertTo-Json: the object's own members first, then the extended ones.</summary>
    private static IEnumerable<KeyValuePair<string, object?>> OfWrapped(PSObject wrapper)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in ClrMembers.Instance.Members(wrapper.BaseObject))
        {
            names.Add(member.Key);
            yield return member;
        }

        foreach (var member in Properties(wrapper, property => !names.Contains(property.Name))) yield return member;
    }

    private static IEnumerable<KeyValuePair<string, object?>> Properties(PSObject wrapper, Func<PSPropertyInfo, bool> filter)
    {
        foreach (var property in wrapper.Properties)
        {
            if (filter(property)) yield return new(property.Name, Value(property));
        }
    }

    /// <exception cref="JsonMemberException">The property throws.</exception>
    private static object? Value(PSPropertyInfo property)
    {
        if (!property.IsGettable) return null;
        try
        {
            return property.Value;
        }
        catch (Exception e) when (e is GetValueException or ExtendedTypeSystemException)
        {
            throw new JsonMemberException(property.Name, e.GetBaseException());
        }
    }
}
