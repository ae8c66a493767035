using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>What can go wrong on the way to an authority, before it has said anything of use.</summary>
internal static class BackchannelErrors
{
    public static BearerTokenException Redirect(string sender, HttpResponseMessage response)
    {
        var target = response.Headers.Location is { } location ? $" to {ShowLocation(location)}" : string.Empty;
        return new BearerTokenException($"{sender} answered {(int)response.StatusCode}, a redirect{target}. Requests with credentials follow no redirects.")
        {
            ErrorId = "UnexpectedRedirect",
            Kind = BearerErrorKind.Security,
            StatusCode = response.StatusCode,
            NextStep = "If you trust the address it names, give that one instead.",
        };
    }

    public static BearerTokenException Timeout(string sender, TimeSpan limit) =>
        new($"{sender} did not answer within {TimeText.Seconds(limit)}.")
        {
            ErrorId = "AuthorityTimeout",
            Kind = BearerErrorKind.Timeout,
            NextStep = "Check the address, the network and any proxy, or try again later.",
        };

    public static BearerTokenException TooLarge(string sender, int limit) =>
        new(FormattableString.Invariant($"{sender} sent more than {limit:N0} bytes, so reading it was stopped."))
        {
            ErrorId = "ResponseTooLarge",
            Kind = BearerErrorKind.InvalidData,
            NextStep = "Check the address: it seems to be something else than what it was taken for.",
        };

    public static BearerTokenException Connection(string sender, Uri address, Exception cause) =>
        ConnectionFault.Of(cause, address.IdnHost).ToTokenException($"{sender} could not be reached", cause);

    private static string ShowLocation(Uri location) =>
        location.IsAbsoluteUri ? OAuthBackchannel.Show(location) : ServerText.Clean(location.OriginalString.Split('?', '#')[0]);
}
