using BearerTools.Security;

namespace BearerTools.Grants.Login;

/// <summary>One login in a browser whose answer is waited for.</summary>
internal interface ILoginAttempt
{
    string RedirectUri { get; }

    /// <summary>What a redirect brings that a token can be had for; nothing when the redirect is not this attempt's.</summary>
    /// <param name="response">The parameters of the redirect.</param>
    /// <param name="query">The same as they came.</param>
    /// <exception cref="BearerTokenException">It is this attempt's, but an error, or not from the authority that was asked.</exception>
    Secret? Read(AuthorizationResponse response, string query);
}
