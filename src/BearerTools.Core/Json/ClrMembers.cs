using System.Reflection;

namespace BearerTools.Json;

/// <summary>
/// Reads plain .NET objects: public fields, then public properties. A property of a user's object that throws is an error: written as null,
/// as ConvertTo-Json does, it would overwrite the value at the server.
/// </summary>
internal sealed class ClrMembers : IJsonSource
{
    public static ClrMembers Instance { get; } = new();

    public object? Unwrap(object value) => value;

    public bool IsData(object value) => value is not (Delegate or MemberInfo or Assembly);

    public IEnumerable<KeyValuePair<string, object?>> Members(object value)
    {
        var type = value.GetType();
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Instance))
            yield return new(field.Name, field.GetValue(value));
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetMethod is { IsPublic: true } getter && getter.GetParameters().Length == 0)
                yield return new(property.Name, Get(property.Name, getter, value));
        }
    }

    public IEnumerable<KeyValuePair<string, object?>> Added(object value) => [];

    public bool IsFault(Exception error) => true;

    private static object? Get(string name, MethodInfo getter, object value)
    {
        try
        {
            return getter.Invoke(value, null);
        }
        catch (TargetInvocationException e)
        {
            // The runtime's own objects throw for what they do not have, such as the scope of an IPv4 address.
            return IsOfRuntime(getter.DeclaringType) ? null : throw new JsonMemberException(name, e.InnerException ?? e);
        }
        catch (NotSupportedException)
        {
            // Reflection cannot box the type, such as a span. The property itself has not thrown.
            return null;
        }
    }

    private static bool IsOfRuntime(Type? type) =>
        type?.Assembly.GetName().Name?.StartsWith("System.", StringComparison.Ordinal) == true;
}
