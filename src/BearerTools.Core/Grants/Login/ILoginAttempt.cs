using BearerTools.Security;

namespace BearerTools.Grants.Login;

/// <summary>One browser sign-in that waits for its response.</summary>
internal interface ILoginAttempt
{
    string RedirectUri { get; }

    /// <summary>
    /// Returns the part of a redirect that can be exchanged for a token; <see langword="null"/> if the redirect belongs to
    /// another attempt.
    /// </summary>
    /// <param name="response">The parameters of the redirect.</param>
    /// <param name="query">The unparsed query.</param>
    /// <exception cref="BearerTokenException">The redirect belongs to this attempt, but contains an error or comes from another
    /// authority.</exception>
    Secret? Read(AuthorizationResponse response, string query);
}
