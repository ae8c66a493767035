using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace BearerTools.Json;

/// <summary>Names and values of maps that are no <see cref="IDictionary"/>, such as IReadOnlyDictionary&lt;string, int&gt;.</summary>
internal static class ClrPairs
{
    private static readonly ConcurrentDictionary<Type, (PropertyInfo Key, PropertyInfo Value)?> s_pairs = new();

    /// <summary>The pairs, or <see langword="null"/> if the sequence has none with names.</summary>
    public static IEnumerable<KeyValuePair<string, object?>>? Of(IEnumerable map) =>
        s_pairs.GetOrAdd(map.GetType(), Find) is { } pair ? Read(map, pair.Key, pair.Value) : null;

    private static (PropertyInfo, PropertyInfo)? Find(Type type) => type.GetInterfaces()
        .Where(each => Definition(each) == typeof(IEnumerable<>))
        .Select(each => each.GenericTypeArguments[0])
        .Where(item => Definition(item) == typeof(KeyValuePair<,>) && item.GenericTypeArguments[0] == typeof(string))
        .Where(_ => type.GetInterfaces().Select(Definition)
            .Any(each => each == typeof(IDictionary<,>) || each == typeof(IReadOnlyDictionary<,>)))
        .Select(item => ((PropertyInfo, PropertyInfo)?)(item.GetProperty("Key")!, item.GetProperty("Value")!))
        .FirstOrDefault();

    private static Type? Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : null;

    private static IEnumerable<KeyValuePair<string, object?>> Read(IEnumerable map, PropertyInfo key, PropertyInfo value)
    {
        foreach (var pair in map) yield return new((string)key.GetValue(pair)!, value.GetValue(pair));
    }
}
