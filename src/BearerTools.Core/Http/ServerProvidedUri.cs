using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>
/// An address that an answer names, and that is asked next: of a page, or of a state. It is asked with the token, and so
/// only if the token may go there: the sender of the token looks at that, for these addresses as for all.
/// </summary>
internal static class ServerProvidedUri
{
    /// <summary>In full: a relative one belongs to the address that answered (RFC 3986 section 5.1.3).</summary>
    /// <param name="text">The address as the answer gives it.</param>
    /// <param name="response">The answer.</param>
    /// <param name="what">What it is the address of, such as <c>the next page</c>.</param>
    /// <exception cref="BearerRequestException">It is no address of the web, or names a user.</exception>
    public static Uri Resolve(string text, ApiResponse response, string what)
    {
        if (!Uri.TryCreate(response.Template.Address, text, out var address) || !Origin.TryOf(address, out _)) throw Refuse(text, response, what, "it is not a valid address");
        if (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp) throw Refuse(text, response, what, $"'{ServerText.Clean(address.Scheme)}' is not a scheme of the web");
        if (address.UserInfo.Length > 0) throw Refuse(text[(text.LastIndexOf('@') + 1)..], response, what, "it names a user");
        return new UriBuilder(address) { Fragment = string.Empty }.Uri;
    }

    private static BearerRequestException Refuse(string text, ApiResponse response, string what, string why)
    {
        var shown = ServerText.Clean(text.Split('?')[0], 200);
        return new BearerRequestException($"{RequestAddress.Printable(response.Template.Address)} names '{shown}' as the address of {what}, and it is not followed: {why}.", response.Status)
        {
            ErrorId = "FollowedAddressRefused",
            Kind = BearerErrorKind.Security,
            Address = RequestAddress.Printable(response.Template.Address),
            NextStep = "Tell whoever runs the API; what came before is good.",
        };
    }
}
