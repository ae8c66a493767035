using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>The origins of the resources that a token is requested for (RFC 8707 section 2).</summary>
internal static class ResourceOrigin
{
    /// <summary>The origins of https resources. Others, such as <c>api://…</c>, name an API but not its address.</summary>
    public static IEnumerable<Origin> Of(IEnumerable<string> resources)
    {
        foreach (var resource in resources)
        {
            if (AddressParser.TryParse(resource, out var address) && address.Scheme == Uri.UriSchemeHttps
                && Origin.TryOf(address, out var origin))
                yield return origin;
        }
    }
}
