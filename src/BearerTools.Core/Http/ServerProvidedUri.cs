using System.Diagnostics.CodeAnalysis;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// An address that a server names and that is requested next: of a redirect, a page or an operation's state. This is the one
/// check that all of them pass. Whether the token may go there is decided where the token is sent.
/// </summary>
internal static class ServerProvidedUri
{
    /// <summary>Makes the address absolute: a relative one belongs to the address that was requested (RFC 3986 section 5.1.3).</summary>
    /// <param name="text">The address as the server gives it.</param>
    /// <param name="response">The response that holds it.</param>
    /// <param name="what">What it is the address of, such as <c>the next page</c>.</param>
    /// <exception cref="BearerRequestException">It is not an http or https address, or it contains user info.</exception>
    public static Uri Resolve(string text, ApiResponse response, string what) =>
        TryResolve(text, response.Template.Address, out var address, out var why) ? address : throw Refuse(text, response, what, why);

    /// <param name="text">The address as the server gives it.</param>
    /// <param name="requested">The address that was requested.</param>
    /// <param name="address">The absolute address, without a fragment.</param>
    /// <param name="why">Why it is refused, as half a sentence.</param>
    public static bool TryResolve(string text, Uri requested, [NotNullWhen(true)] out Uri? address, [NotNullWhen(false)] out string? why)
    {
        why = !Uri.TryCreate(requested, text, out address) || !Origin.TryOf(address, out _) ? "it is not a valid address"
            : address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp ? $"its scheme is '{ServerText.Clean(address.Scheme, 40)}', not http or https"
            : address.Host.Length == 0 ? "it names no host"
            : address.UserInfo.Length > 0 ? "it contains a user name or password"
            : null;
        if (why is null) address = new UriBuilder(address!) { Fragment = string.Empty }.Uri;
        return why is null;
    }

    private static BearerRequestException Refuse(string text, ApiResponse response, string what, string why)
    {
        // Before the last '@' may be a password, and behind '?' a key.
        var shown = ServerText.Clean(text[(text.LastIndexOf('@') + 1)..].Split('?')[0], 200);
        return new BearerRequestException($"{RequestAddress.Printable(response.Template.Address)} names '{shown}' as the address of {what}, which is not followed: {why}.", response.Status)
        {
            ErrorId = "FollowedAddressRefused",
            Kind = BearerErrorKind.Security,
            Address = RequestAddress.Printable(response.Template.Address),
            NextStep = "Objects before that point were returned. Report it to the API's owner.",
        };
    }
}
