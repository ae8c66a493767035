using System.Diagnostics.CodeAnalysis;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// A URL that a server provides and that is requested next: of a redirect, a page or an operation's status. All of them pass
/// this one check. Whether the token may be sent there is decided where the token is attached.
/// </summary>
internal static class ServerProvidedUri
{
    /// <summary>Makes the URL absolute: a relative one is resolved against the requested URL (RFC 3986 section 5.1.3).</summary>
    /// <param name="text">The URL as the server gives it.</param>
    /// <param name="response">The response that contains it.</param>
    /// <param name="what">What it is the URL of, such as <c>the next page</c>.</param>
    /// <param name="hasObjects">True if the response contains objects that were returned.</param>
    /// <exception cref="BearerRequestException">It is not an http or https URL, or it contains user info.</exception>
    public static Uri Resolve(string text, ApiResponse response, string what, bool hasObjects = false) =>
        TryResolve(text, response.Template.Address, out var address, out var why)
            ? address
            : throw Refuse(text, response, what, why, hasObjects);

    /// <summary>True if the token was not sent because of the origin of the address.</summary>
    public static bool IsRefused(BearerRequestException error) => error.ErrorId is "OriginNotAllowed" or "UnencryptedAuthentication";

    /// <param name="text">The URL as the server gives it.</param>
    /// <param name="requested">The requested URL.</param>
    /// <param name="address">The absolute URL, without a fragment.</param>
    /// <param name="why">The reason why it is refused, as a clause.</param>
    public static bool TryResolve(string text, Uri requested, [NotNullWhen(true)] out Uri? address, [NotNullWhen(false)] out string? why)
    {
        why = !AddressParser.TryResolve(requested, text, out address) || !Origin.TryOf(address, out _) ? "it is not a valid address"
            : address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp
                ? $"its scheme is '{ServerText.Clean(address.Scheme, 40)}', not http or https"
            : address.Host.Length == 0 ? "it has no host name"
            : address.UserInfo.Length > 0 ? "it contains a user name or password"
            : null;
        if (why is not null) return false;
        // .NET 8 joins to a URL that it then finds too long to be read.
        if (address!.Fragment.Length > 0 && !AddressParser.TryBuild(new UriBuilder(address) { Fragment = string.Empty }, out address))
            why = "it is too long";
        return why is null;
    }

    private static BearerRequestException Refuse(string text, ApiResponse response, string what, string why, bool hasObjects)
    {
        // A password may stand before the last '@', and a key after '?'.
        var shown = ServerText.Clean(text[(text.LastIndexOf('@') + 1)..].Split('?')[0], 200);
        return new BearerRequestException(
            $"{RequestAddress.Printable(response.Template.Address)} names '{shown}' as the address of {what}, "
                + $"which is not followed: {why}.",
            response.Status)
        {
            ErrorId = "FollowedAddressRefused",
            Kind = BearerErrorKind.Security,
            Address = RequestAddress.Printable(response.Template.Address),
            NextStep = $"{(hasObjects ? "Objects before that point were returned. " : string.Empty)}Report it to the API's owner.",
        };
    }
}
