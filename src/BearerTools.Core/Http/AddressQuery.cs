namespace BearerTools.Http;

/// <summary>Reads and sets one query parameter of a URL; the other parameters keep their spelling.</summary>
internal static class AddressQuery
{
    /// <summary>Returns the parameter's first value, or <see langword="null"/> if the query does not contain it.</summary>
    public static string? Value(Uri address, string name) =>
        Parts(address).Where(part => IsOf(part, name))
            .Select(part => Unescape(part.Split('=', 2).ElementAtOrDefault(1) ?? string.Empty))
            .FirstOrDefault();

    /// <summary>Returns the URL with the parameter set: in place if it was there, otherwise appended.</summary>
    public static Uri With(Uri address, string name, string value)
    {
        var pair = RequestAddress.Query([new(name, value)]);
        var parts = new List<string>(Parts(address));
        var place = parts.FindIndex(part => IsOf(part, name));
        if (place < 0) parts.Add(pair);
        else parts[place] = pair;
        // A duplicate would leave the choice of value to the server.
        return RequestAddress.Build(new UriBuilder(address)
        {
            Query = string.Join('&', parts.Where((part, at) => at == place || !IsOf(part, name) || place < 0)),
        });
    }

    private static string[] Parts(Uri address) => address.Query.Length > 1 ? address.Query[1..].Split('&') : [];

    private static bool IsOf(string part, string name) => Unescape(part.Split('=', 2)[0]) == name;

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
