using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Fuzz.Targets;

/// <summary>Tokens, and what is read from them.</summary>
internal static class TokenTargets
{
    private static readonly PublicKeys s_keys = new(ServerJson.Parse(Mutants.Of("jwks", 0, 0)));

    private static readonly TokenRequirements s_requirements = new() { MinimumLifetime = TimeSpan.FromMinutes(1), Audiences = ["api"], Scopes = ["a"] };

    public static IEnumerable<Target> All { get; } =
    [
        new("Jwts", "jwt", text => _ = Jwt.TryRead(text)),
        new("AccessTokens", "jwt", Test),
        new("IdTokens", "jwt", text => _ = new IdTokenCheck { Issuer = "https://id.example.com", ClientId = "ops", Nonce = "n" }.Check(new Secret(text), s_keys, DateTimeOffset.UnixEpoch)),
        new("IdTokenSignatures", "jwt", text => _ = IdTokenCheck.IsSigned(new Secret(text), s_keys)),
        new("GivenTokens", "jwt", text => _ = TokenText.Strip(text)),
        new("JsonPaths", "path", text => _ = JsonPath.Find(ServerJson.Parse(Mutants.Of("login", 0, 0)), text, out _, out _)),
    ];

    private static void Test(string text)
    {
        if (text.Length == 0) return;
        var token = new AccessToken(new Secret(text), new TokenMetadata());
        _ = (s_requirements.Unmet(TokenContent.Of(token), DateTimeOffset.UtcNow), token.ToString(), token.Account);
    }
}
