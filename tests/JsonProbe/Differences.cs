using System.Collections;
using System.Management.Automation;

namespace BearerTools.JsonProbe;

/// <summary>Whether two values are the same to the last property, type and tick.</summary>
public static class Differences
{
    /// <returns>Where they differ, and how; nothing when they do not.</returns>
    public static string? Find(object? theirs, object? ours, string path = "$")
    {
        theirs = Unwrapped(theirs);
        return (theirs, Unwrapped(ours)) switch
        {
            (PSObject x, PSObject y) => OfObjects(x, y, path),
            (IDictionary x, IDictionary y) when x.GetType() == y.GetType() => OfMembers(Entries(x), Entries(y), path),
            (object?[] x, object?[] y) => OfArrays(x, y, path),
            (null, null) => null,
            var (x, y) => x is not null && y is not null && x.GetType() == y.GetType() && AreSame(x, y) ? null : $"{path}: {Shown(x)} is here {Shown(y)}",
        };
    }

    /// <summary>As <see cref="Find"/>, but an object and a dictionary are the same when they have the same members.</summary>
    public static string? FindInMembers(object? theirs, object? ours, string path = "$") => (Members(theirs), Members(ours)) switch
    {
        ({ } x, { } y) => OfMembers(x, y, path, FindInMembers),
        (null, null) when theirs is object?[] x && ours is object?[] y => OfArrays(x, y, path, FindInMembers),
        _ => Find(theirs, ours, path),
    };

    private static string? OfObjects(PSObject theirs, PSObject ours, string path)
    {
        foreach (var (x, y) in theirs.Properties.Zip(ours.Properties))
        {
            if (x.GetType() != y.GetType() || x.IsInstance != y.IsInstance || x.TypeNameOfValue != y.TypeNameOfValue)
                return $"{path}.{x.Name}: {x.MemberType} of {x.TypeNameOfValue} is here {y.MemberType} of {y.TypeNameOfValue}";
        }

        return OfMembers(Notes(theirs), Notes(ours), path);
    }

    private static string? OfMembers(
        KeyValuePair<string, object?>[] theirs, KeyValuePair<string, object?>[] ours, string path, Func<object?, object?, string, string?>? find = null)
    {
        var names = theirs.Select(member => member.Key);
        if (!names.SequenceEqual(ours.Select(member => member.Key)))
            return $"{path}: the names '{string.Join("', '", names)}' are here '{string.Join("', '", ours.Select(member => member.Key))}'";
        return theirs.Zip(ours, (x, y) => (find ?? Find)(x.Value, y.Value, $"{path}.{x.Key}")).FirstOrDefault(found => found is not null);
    }

    private static string? OfArrays(object?[] theirs, object?[] ours, string path, Func<object?, object?, string, string?>? find = null) =>
        theirs.Length != ours.Length
            ? $"{path}: {theirs.Length} elements are here {ours.Length}"
            : theirs.Zip(ours).Select((pair, i) => (find ?? Find)(pair.First, pair.Second, $"{path}[{i}]")).FirstOrDefault(found => found is not null);

    private static bool AreSame(object theirs, object ours) => (theirs, ours) switch
    {
        (DateTime x, DateTime y) => x.Ticks == y.Ticks && x.Kind == y.Kind,
        (DateTimeOffset x, DateTimeOffset y) => x.EqualsExact(y),
        // By their bits, as 0 and -0 are equal and NaN is not.
        (double x, double y) => BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y),
        _ => Equals(theirs, ours),
    };

    private static object? Unwrapped(object? value) => value is PSObject { BaseObject: not PSCustomObject and var bare } ? bare : value;

    private static KeyValuePair<string, object?>[]? Members(object? value) => Unwrapped(value) switch
    {
        PSObject notes => Notes(notes),
        IDictionary entries => Entries(entries),
        _ => null,
    };

    private static KeyValuePair<string, object?>[] Notes(PSObject value) =>
        value.Properties.Select(note => KeyValuePair.Create(note.Name, (object?)note.Value)).ToArray();

    private static KeyValuePair<string, object?>[] Entries(IDictionary value) =>
        value.Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create((string)entry.Key, entry.Value)).ToArray();

    private static string Shown(object? value) => value switch
    {
        null => "null",
        DateTime or DateTimeOffset => $"{value.GetType().Name} {value:o}",
        _ => $"{value.GetType().Name} {value}",
    };
}
