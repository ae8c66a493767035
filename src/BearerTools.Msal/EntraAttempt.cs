using System.Security.Cryptography;
using System.Text;
using BearerTools.Entra;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Security;
using Words = BearerTools.Grants.OAuthConstants.Authorization;

namespace BearerTools.Msal;

/// <summary>One login in a browser whose code MSAL redeems: it is known by the state that MSAL made for it.</summary>
internal sealed class EntraAttempt(Uri authorization, string redirectUri) : ILoginAttempt
{
    private readonly string? _state = new AuthorizationResponse(authorization.Query)[Words.State];

    public string RedirectUri => redirectUri;

    /// <summary>The whole query, which MSAL reads itself; nothing when the redirect is not this attempt's.</summary>
    public Secret? Read(AuthorizationResponse response, string query)
    {
        if (_state is null || response[Words.State] is not { } state || response.Repeated(Words.State) is not null || !IsEqual(state, _state)) return null;
        if (response[OAuthConstants.ApiResponse.Error] is { } error)
            throw EntraErrors.Refused($"Entra ID refused the login at {authorization.IdnHost}", error, response[OAuthConstants.ApiResponse.ErrorDescription]);
        return new Secret(query);
    }

    private static bool IsEqual(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
