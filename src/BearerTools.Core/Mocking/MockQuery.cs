using BearerTools.Security;

namespace BearerTools.Mocking;

/// <summary>The parameters of a query or of a form.</summary>
internal static class MockQuery
{
    /// <param name="query">The query with or without its question mark, or the text of a form.</param>
    public static IEnumerable<KeyValuePair<string, string>> Parse(string query)
    {
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? new(Decode(pair), string.Empty) : new(Decode(pair[..equals]), Decode(pair[(equals + 1)..]));
        }
    }

    /// <summary>The parameters by name. Those with one name keep their order, which APIs may depend on.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Ordered(string query) =>
        Parse(query).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    /// <summary>A path with its query as it is, without values whose names suggest a secret.</summary>
    public static string Shown(string address)
    {
        var start = address.IndexOf('?', StringComparison.Ordinal) + 1;
        return start == 0 ? address : address[..start] + string.Join('&', address[start..].Split('&').Select(ShownPair));
    }

    private static string ShownPair(string pair) =>
        pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var end && SecretNames.Include(Decode(pair[..end]))
            ? $"{pair[..end]}={LiveSecrets.Mark}" : pair;

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
