namespace BearerTools.Http;

/// <summary>One name in the query of an address, while the others stay as they were written.</summary>
internal static class AddressQuery
{
    /// <summary>The name's first value; nothing when the name is not there.</summary>
    public static string? Value(Uri address, string name) =>
        Parts(address).Where(part => IsOf(part, name)).Select(part => Unescape(part.Split('=', 2).ElementAtOrDefault(1) ?? string.Empty)).FirstOrDefault();

    /// <summary>The address with that value for the name: in its old place, or at the end.</summary>
    public static Uri With(Uri address, string name, string value)
    {
        var pair = RequestAddress.Query([new(name, value)]);
        var parts = new List<string>(Parts(address));
        var place = parts.FindIndex(part => IsOf(part, name));
        if (place < 0) parts.Add(pair);
        else parts[place] = pair;
        // The name given twice would leave the choice to the server.
        return new UriBuilder(address) { Query = string.Join('&', parts.Where((part, at) => at == place || !IsOf(part, name) || place < 0)) }.Uri;
    }

    private static string[] Parts(Uri address) => address.Query.Length > 1 ? address.Query[1..].Split('&') : [];

    private static bool IsOf(string part, string name) => Unescape(part.Split('=', 2)[0]) == name;

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
