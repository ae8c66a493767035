using System.Text.Json;
using BearerTools.Grants;
using BearerTools.Http;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Composition;

/// <summary>The base address of an API that its token response names, such as Salesforce's <c>instance_url</c>.</summary>
internal static class TokenBaseUri
{
    /// <exception cref="BearerTokenException">There is no such member, or it is no https address.</exception>
    public static Uri Read(AccessToken token, string path)
    {
        if (TextAt(token.AdditionalMembers, path) is not { } text)
        {
            throw Refused(
                $"The token response has no text '{ServerText.Clean(path, 100)}'; it has {Names(token)}.",
                "Correct -BaseUriPath, or give the address of the API with -BaseUri.");
        }

        // Some providers name only the host.
        var isWhole = text.Contains("://", StringComparison.Ordinal);
        if ((isWhole || NamesHost(text))
            && AddressParser.TryParse(isWhole ? text : $"https://{text}", out var address)
            && address.UserInfo.Length == 0
            && Origin.TryOf(address, out var origin)
            && MayName(AuthorityOf(token), origin))
            return RequestAddress.Base(address);
        throw Refused(
            $"The token response names '{ServerText.Clean(text, 200)}' as the base address ({ServerText.Clean(path, 100)}), which is "
                + "neither an https address nor the name of a host with a domain.",
            "Correct -BaseUriPath, or give the address of the API with -BaseUri.");
    }

    /// <summary>The text at a path in the response, or <see langword="null"/>.</summary>
    /// <exception cref="BearerTokenException">The XPath is not valid.</exception>
    public static string? TextAt(AdditionalMembers members, string path)
    {
        if (members.Values.Count == 0) return null;
        var xml = members.Xml is { } document ? LoginXml.TryParse(document) : null;
        return ResponsePath.Find(members.ToJson(), xml, path, out _, out _) is { ValueKind: JsonValueKind.String } found
            ? found.GetString() : null;
    }

    /// <summary>
    /// True for a host with a domain, an IPv6 address or this machine. What is parsed is not asked, because it makes <c>12</c> an address.
    /// </summary>
    private static bool NamesHost(string text)
    {
        if (text.StartsWith('[')) return true;
        var end = text.IndexOfAny(['/', '?', '#', ':']);
        var host = (end < 0 ? text : text[..end]).TrimEnd('.');
        return host.Contains('.', StringComparison.Ordinal) || host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
    }

    private static Origin? AuthorityOf(AccessToken token) =>
        AddressParser.TryParse(token.Authority, out var authority) && Origin.TryOf(authority, out var origin) ? origin : null;

    /// <summary>
    /// Only https, and as with redirects nothing on this machine; an authority on this machine may name loopback addresses.
    /// </summary>
    private static bool MayName(Origin? authority, Origin named) => authority is { MayBeThisMachine: true }
        ? named.IsSafe
        : named.IsHttps && !named.MayBeThisMachine;

    private static string Names(AccessToken token) => token.Additional.Count == 0
        ? "no further members"
        : "the members " + string.Join(", ", token.Additional.Keys.Take(20));

    private static BearerTokenException Refused(string message, string nextStep) => new(message)
    {
        ErrorId = "BaseUriNotFound",
        Kind = BearerErrorKind.InvalidData,
        NextStep = nextStep,
    };
}
