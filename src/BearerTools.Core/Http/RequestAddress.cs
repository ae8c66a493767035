using System.Text;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>Turns the user's text into the URL to request (RFC 3986), and refuses what could send a token to the wrong host.</summary>
internal static class RequestAddress
{
    private const string NoUser = "Remove the user name and the password from it";

    /// <summary>
    /// Returns an absolute URL unchanged; joins a relative one to the base's path, with or without a leading slash. Without a base, a
    /// host of this machine needs no scheme.
    /// </summary>
    /// <exception cref="BearerRequestException">The text is relative without a base, or not a URL that may be requested.</exception>
    public static Uri Resolve(string text, Uri? baseAddress, string? query = null)
    {
        if (string.IsNullOrWhiteSpace(text)) throw Refuse(text, "it is empty", "Pass an address; '/' is the base address itself.");
        text = WithoutBackslashes(text);
        if (text.StartsWith("//", StringComparison.Ordinal))
            throw Refuse(text, "a leading '//' would name another host", "Start it with a single '/'.");

        var address = IsAbsolute(text) ? Absolute(text) : (baseAddress is null ? OnThisMachine(text) : null) ?? Under(text, baseAddress);
        CheckHost(address);
        if (address.UserInfo.Length > 0)
            throw Refuse(text, "it contains a user name", $"{NoUser}, and pass them with Invoke-BearerRequest -Credential.");
        if (address.Fragment.Length == 0 && string.IsNullOrEmpty(query)) return address;
        var parts = new UriBuilder(address) { Fragment = string.Empty };
        if (!string.IsNullOrEmpty(query)) parts.Query = parts.Query.Length > 1 ? $"{parts.Query[1..]}&{query}" : query;
        return Build(parts);
    }

    /// <summary>
    /// Refuses a fragment in a URL that is made of data, where '#' is a character of a value: what follows is never sent, so that the URL
    /// would be that of something else.
    /// </summary>
    /// <exception cref="BearerRequestException">The URL has a fragment.</exception>
    public static void CheckData(string text)
    {
        var fragment = text.IndexOf('#', StringComparison.Ordinal);
        if (fragment < 0) return;
        throw Refuse(
            text[..(fragment + 1)] + "…",
            "what follows '#' would not be sent",
            "Write %23 if '#' is part of a value, or escape the value with [uri]::EscapeDataString. Otherwise remove it.");
    }

    /// <summary>
    /// Escapes backslashes in the query, where they are data. Elsewhere they are refused: clients and servers differ in whether they
    /// are slashes, and so in which host a URL names.
    /// </summary>
    private static string WithoutBackslashes(string text)
    {
        var backslash = text.IndexOf('\\', StringComparison.Ordinal);
        if (backslash < 0) return text;
        var query = text.IndexOfAny(['?', '#']);
        if (query < 0 || backslash < query)
            throw Refuse(text, "it contains a backslash", "Write '/' instead, or '%5C' if the backslash is part of a name.");
        return text.Replace("\\", "%5C", StringComparison.Ordinal);
    }

    /// <summary>Returns a base that relative URLs can be joined to: absolute, with a path that ends in a slash.</summary>
    public static Uri Base(Uri address)
    {
        CheckRoot(address, "a base address", "https://api.contoso.com/v1/");
        var parts = new UriBuilder(address) { Query = string.Empty, Fragment = string.Empty };
        if (!parts.Path.EndsWith('/')) parts.Path += "/";
        // .NET 8 refuses a path that is too long; the host is known to be one.
        if (AddressParser.TryBuild(parts, out var root)) return root;
        throw Refuse(address.OriginalString, "it is longer than this version of .NET supports", "Shorten its path.");
    }

    /// <summary>Returns the origin that a URL of the user names.</summary>
    /// <exception cref="BearerRequestException">The URL is not that of an origin, but of something below it.</exception>
    public static Origin OriginOf(Uri address)
    {
        const string Example = "https://files.contoso.com";
        CheckRoot(address, "an origin", Example);
        if (address.PathAndQuery != "/" || address.Fragment.Length > 0)
            throw Refuse(
                address.OriginalString, "an origin has no path, query or fragment", $"Use only scheme and host, such as {Example}.");
        return Origin.Of(address);
    }

    private static void CheckRoot(Uri address, string what, string example)
    {
        var text = address.OriginalString;
        if (!address.IsAbsoluteUri) throw Refuse(text, $"{what} must be an absolute address", $"Pass it in full, such as {example}.");
        if (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            throw Refuse(text, $"'{address.Scheme}' is not a web scheme", $"Use an https address, such as {example}.");
        if (address.UserInfo.Length > 0) throw Refuse(text, "it contains a user name", $"{NoUser}.");
        CheckHost(address);
    }

    /// <summary>True if the URL is already normalized by <see cref="Base"/>, as it is for all but the first of many inputs.</summary>
    private static bool IsBase(Uri address) =>
        address is { IsAbsoluteUri: true, Query: "", Fragment: "", UserInfo: "" } && address.AbsolutePath.EndsWith('/');

    /// <summary>Formats pairs as a query, with each name and value escaped.</summary>
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

    /// <summary>The URL without the values of its query, which may be secret. For messages and traces.</summary>
    public static string Printable(Uri address) => PrintableAddress.Of(address);

    /// <summary>Returns the URL of its parts.</summary>
    /// <exception cref="BearerRequestException">The runtime refuses it: .NET 8 has a limit of 65,519 characters.</exception>
    public static Uri Build(UriBuilder parts)
    {
        if (AddressParser.TryBuild(parts, out var address)) return address;
        throw Refuse(
            $"{parts.Scheme}://{parts.Host}{parts.Path}?",
            "with its query it is longer than this version of .NET supports",
            "Shorten the query, or send its parameters in the body.");
    }

    private static void CheckHost(Uri address)
    {
        if (Origin.TryOf(address, out _)) return;
        throw Refuse(
            address.OriginalString,
            "its host name contains an invalid character",
            "Type the host name again: copied text may contain invisible characters.");
    }

    /// <summary>True if the text is written as an absolute address, whether or not it can be used.</summary>
    public static bool IsAbsolute(string text)
    {
        var colon = text.IndexOf("://", StringComparison.Ordinal);
        return colon > 0 && text.AsSpan(0, colon).IndexOfAny("/?#") < 0;
    }

    /// <summary>True if the text names a host: it is absolute, or, without a base, a host of this machine without a scheme.</summary>
    public static bool NamesHost(string text, Uri? baseAddress) =>
        IsAbsolute(text) || (baseAddress is null && OnThisMachine(text) is not null);

    /// <summary>
    /// The URL that a text such as <c>localhost:8080/x</c> means, with http as in Invoke-RestMethod, or <see langword="null"/>. Only a host
    /// of this machine counts: <c>readme.md</c> is a host name too, and the token would be sent there.
    /// </summary>
    private static Uri? OnThisMachine(string text) =>
        AddressParser.TryParse("http://" + text, out var address) && Origin.TryOf(address, out var origin) && origin.IsLoopback
            ? address : null;

    private static Uri Absolute(string text)
    {
        if (!AddressParser.TryParse(text, out var address)) throw Refuse(text, "it is not a valid address", "Check it for typos.");
        if (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            throw Refuse(text, $"'{address.Scheme}' is not a web scheme", "Use an https address.");
        return address;
    }

    private static Uri Under(string text, Uri? baseAddress)
    {
        if (baseAddress is null)
        {
            throw new BearerRequestException($"'{Shown(text)}' is relative, and there is no base URI.")
            {
                ErrorId = "RelativeUriWithoutBase",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Use -BaseUri here or with Connect-BearerApi, or pass the address in full.",
            };
        }

        var root = IsBase(baseAddress) ? baseAddress : Base(baseAddress);
        var path = text.TrimStart('/');
        var pathOnly = path.AsSpan();
        if (pathOnly.IndexOfAny('?', '#') is >= 0 and var end) pathOnly = pathOnly[..end];
        if (!AddressParser.TryParse(root.AbsoluteUri + path, out var address))
            throw Refuse(text, "it is not a valid address", "Check it for typos.");
        if (HasHiddenDots(pathOnly))
            throw Refuse(
                text, "its path has an escaped '..', which a server may resolve to a place outside the base address",
                "Write the path that you mean, without '..'.");
        // The whole base, whose slash ends the authority: 'x@host' appended to a bare authority would be another host.
        if (!address.AbsoluteUri.StartsWith(root.AbsoluteUri, StringComparison.Ordinal))
            throw Refuse(text, $"it leads outside {Printable(root)}", "Pass the address in full, or use another -BaseUri.");
        return address;
    }

    /// <summary>True if the path has escaped dot segments, which a server may still resolve.</summary>
    private static bool HasHiddenDots(ReadOnlySpan<char> path) =>
        path.Contains('%') && Uri.UnescapeDataString(path.ToString()).Split('/', '\\').Any(segment => segment == "..");

    private static BearerRequestException Refuse(string text, string why, string nextStep) => new(
        $"'{Shown(text)}' cannot be used as an address: {why}.")
    {
        ErrorId = "UriRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };

    private static string Shown(string text)
    {
        var query = text.IndexOf('?', StringComparison.Ordinal);
        var shown = query >= 0 ? text[..query] + "?…" : text;
        // The last one: a password may contain '@'.
        if (shown.LastIndexOf('@') is >= 0 and var at) shown = "…" + shown[at..];
        return ServerText.Clean(shown);
    }
}
