using System.Text;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>From what the user wrote to the address that is asked (RFC 3986), refusing what could lead a token astray.</summary>
internal static class RequestAddress
{
    /// <summary>
    /// An absolute address as it is; a relative one joined under the base's path, with or without a leading slash.
    /// </summary>
    /// <exception cref="BearerRequestException">It is relative without a base, or not an address that may be asked.</exception>
    public static Uri Resolve(string text, Uri? baseAddress, string? query = null)
    {
        if (text.Contains('\\', StringComparison.Ordinal)) throw Refuse(text, "it has a backslash", "Write '/' instead.");
        if (text.StartsWith("//", StringComparison.Ordinal)) throw Refuse(text, "'//' at its start would name another host", "Begin it with one '/'.");

        var address = IsAbsolute(text) ? Absolute(text) : Under(text, baseAddress);
        CheckHost(address);
        if (address.UserInfo.Length > 0) throw Refuse(text, "it names a user", "Take the part before '@' out.");
        if (address.Fragment.Length == 0 && string.IsNullOrEmpty(query)) return address;
        var parts = new UriBuilder(address) { Fragment = string.Empty };
        if (!string.IsNullOrEmpty(query)) parts.Query = parts.Query.Length > 1 ? $"{parts.Query[1..]}&{query}" : query;
        return parts.Uri;
    }

    /// <summary>A base that relative addresses can be joined under: absolute, and its path closed by a slash.</summary>
    public static Uri Base(Uri address)
    {
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
            throw Refuse(address.OriginalString, "a base must be absolute", "Give it in full, such as https://api.contoso.com/v1/.");
        if (address.UserInfo.Length > 0) throw Refuse(address.OriginalString, "it names a user", "Take the part before '@' out.");
        CheckHost(address);
        var parts = new UriBuilder(address) { Query = string.Empty, Fragment = string.Empty };
        if (!parts.Path.EndsWith('/')) parts.Path += "/";
        return parts.Uri;
    }

    /// <summary>Whether it is what <see cref="Base"/> makes, as it is for all but the first of many inputs.</summary>
    private static bool IsBase(Uri address) => address is { IsAbsoluteUri: true, Query: "", Fragment: "", UserInfo: "" } && address.AbsolutePath.EndsWith('/');

    /// <summary>Pairs as a query, each name and value escaped.</summary>
    public static string Query(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        StringBuilder? query = null;
        foreach (var (name, value) in pairs)
        {
            query = query?.Append('&') ?? new StringBuilder();
            query.Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        return query?.ToString() ?? string.Empty;
    }

    /// <summary>The address without what may be secret in it: the values of its query. For messages and traces.</summary>
    public static string Printable(Uri address) => PrintableAddress.Of(address);

    private static void CheckHost(Uri address)
    {
        if (!Origin.TryOf(address, out _)) throw Refuse(address.OriginalString, "its host has a letter that no name may have", "Type the host anew: a copied text may have letters that cannot be seen.");
    }

    /// <summary>True if the text is written as an absolute address, whether or not it can be used.</summary>
    public static bool IsAbsolute(string text)
    {
        var colon = text.IndexOf("://", StringComparison.Ordinal);
        return colon > 0 && text.AsSpan(0, colon).IndexOfAny("/?#") < 0;
    }

    private static Uri Absolute(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address)) throw Refuse(text, "it is not a valid address", "Check it for typing errors.");
        if (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            throw Refuse(text, $"'{address.Scheme}' is not a scheme of the web", "Give an https address.");
        return address;
    }

    private static Uri Under(string text, Uri? baseAddress)
    {
        if (baseAddress is null)
        {
            throw new BearerRequestException($"'{Shown(text)}' is relative, and there is no base to join it to.")
            {
                ErrorId = "RelativeUriWithoutBase",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Give -BaseUri here or to Connect-BearerApi, or write the address in full.",
            };
        }

        var root = IsBase(baseAddress) ? baseAddress : Base(baseAddress);
        var path = text.TrimStart('/');
        var pathOnly = path.AsSpan();
        if (pathOnly.IndexOfAny('?', '#') is >= 0 and var end) pathOnly = pathOnly[..end];
        if (!Uri.TryCreate(root.AbsoluteUri + path, UriKind.Absolute, out var address))
            throw Refuse(text, "it is not a valid address", "Check it for typing errors.");
        // All of the base, whose slash closes its authority: 'x@host' after a bare one would be another host.
        if (!address.AbsoluteUri.StartsWith(root.AbsoluteUri, StringComparison.Ordinal) || HasHiddenDots(pathOnly))
            throw Refuse(text, $"it leads out of {Printable(root)}", "Give the address in full, or another -BaseUri.");
        return address;
    }

    /// <summary>Dot segments in escaped spelling, which a server may still resolve.</summary>
    private static bool HasHiddenDots(ReadOnlySpan<char> path) =>
        path.Contains('%') && Uri.UnescapeDataString(path.ToString()).Split('/', '\\').Any(segment => segment == "..");

    private static BearerRequestException Refuse(string text, string why, string nextStep) => new($"'{Shown(text)}' is refused: {why}.")
    {
        ErrorId = "UriRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };

    private static string Shown(string text)
    {
        var query = text.IndexOf('?', StringComparison.Ordinal);
        var shown = query >= 0 ? text[..query] + "?…" : text;
        // The last one: a password may hold '@' itself.
        if (shown.LastIndexOf('@') is >= 0 and var at) shown = "…" + shown[at..];
        return ServerText.Clean(shown);
    }
}
