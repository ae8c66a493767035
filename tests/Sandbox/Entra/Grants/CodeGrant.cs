using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace BearerTools.Sandbox.Entra.Grants;

/// <summary>What a user agreed to in the browser.</summary>
internal sealed record AuthorizedCode(EntraUser UserPrompt, string Client, string RedirectUri, string Challenge, string? Nonce);

/// <summary>Authorization codes with PKCE (RFC 7636), each for one use.</summary>
internal sealed class CodeGrant(EntraContext entra) : IEntraGrant
{
    private readonly ConcurrentDictionary<string, AuthorizedCode> _codes = new(StringComparer.Ordinal);

    public string[] Types => ["authorization_code"];

    public bool NeedsProof => false;

    public string Make(AuthorizedCode authorized)
    {
        var code = "1." + Serving.RandomSecret.MakeWord();
        _codes[code] = authorized;
        return code;
    }

    public EntraOutcome Decide(EntraTokenRequest request)
    {
        if (!_codes.TryRemove(request["code"], out var code)) return EntraErrors.GrantInvalid(54005, "The code was used before, or never given out.");
        if (code.Client != request.Client) return EntraErrors.GrantInvalid(700005, "The code is of another client.");
        if (code.RedirectUri != request["redirect_uri"]) return EntraErrors.GrantInvalid(500112, $"The reply address '{request["redirect_uri"]}' is not the one of the authorization request.");
        var hash = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(request["code_verifier"])));
        if (hash != code.Challenge) return EntraErrors.GrantInvalid(501481, "The code_verifier does not fit the code_challenge of the authorization request.");
        return EntraOutcome.For(code.UserPrompt, request, entra.Directory) with { Nonce = code.Nonce };
    }
}
