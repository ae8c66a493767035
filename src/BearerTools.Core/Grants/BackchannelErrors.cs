using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>Errors of requests to an authority that produced no usable response.</summary>
internal static class BackchannelErrors
{
    public static BearerTokenException Redirect(string sender, HttpResponseMessage response)
    {
        var target = LocationHeader.Read(response.Headers) is { } location ? $" to {ShowLocation(location)}" : string.Empty;
        return new BearerTokenException($"{sender} responded with status {(int)response.StatusCode}, a redirect{target}. Requests with "
            + "credentials do not follow redirects.")
        {
            ErrorId = "UnexpectedRedirect",
            Kind = BearerErrorKind.Security,
            StatusCode = response.StatusCode,
            NextStep = "If you trust the redirect's target, use that address instead.",
        };
    }

    public static BearerTokenException Timeout(string sender, TimeSpan limit) =>
        new($"{sender} did not respond within {TimeText.Seconds(limit)}.")
        {
            ErrorId = "AuthorityTimeout",
            Kind = BearerErrorKind.Timeout,
            NextStep = "Check the address, the network and any proxy, or try again later.",
        };

    /// <summary>The name of a sender within a sentence, which it begins elsewhere.</summary>
    public static string InSentence(string sender) => char.ToLowerInvariant(sender[0]) + sender[1..];

    public static BearerTokenException TooLarge(string sender, int limit) =>
        new(FormattableString.Invariant($"The response of {InSentence(sender)} exceeds the limit of {limit:N0} bytes."))
        {
            ErrorId = "ResponseTooLarge",
            Kind = BearerErrorKind.InvalidData,
            NextStep = "Check the address: it seems to belong to a different service.",
        };

    public static BearerTokenException Connection(string sender, Uri address, Exception cause, UsedProxy? proxy) =>
        ConnectionFault.Of(cause, address.IdnHost, address.Port, proxy).ToTokenException($"{sender} could not be reached", cause);

    /// <summary>Without what may be secret: a password before the last '@', and the query.</summary>
    private static string ShowLocation(string location) =>
        ServerText.Clean(location[(location.LastIndexOf('@') + 1)..].Split('?', '#')[0]);
}
