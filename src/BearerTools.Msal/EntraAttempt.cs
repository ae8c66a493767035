using System.Security.Cryptography;
using System.Text;
using BearerTools.Entra;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Security;
using AuthorizationParameter = BearerTools.Grants.OAuthConstants.Authorization;

namespace BearerTools.Msal;

/// <summary>One browser sign-in whose code MSAL redeems; identified by the <c>state</c> value that MSAL generated.</summary>
internal sealed class EntraAttempt(Uri authorization, string redirectUri) : ILoginAttempt
{
    private readonly string? _state = new AuthorizationResponse(authorization.Query)[AuthorizationParameter.State];

    public string RedirectUri => redirectUri;

    /// <summary>
    /// Returns the whole query, which MSAL parses itself; <see langword="null"/> if the redirect belongs to another
    /// attempt.
    /// </summary>
    public Secret? Read(AuthorizationResponse response, string query)
    {
        if (_state is null
            || response[AuthorizationParameter.State] is not { } state
            || response.Repeated(AuthorizationParameter.State) is not null
            || !IsEqual(state, _state)) return null;
        if (response[OAuthConstants.Response.Error] is not { } error) return new Secret(query);
        var description = response[OAuthConstants.Response.ErrorDescription];
        throw EntraErrors.Refused($"Entra ID refused the sign-in at {authorization.IdnHost}", error, description);
    }

    private static bool IsEqual(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
