using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Tests.Support;

/// <summary>Secrets and tokens made on the spot, so that none stands in a file.</summary>
internal static class TestTokens
{
    /// <summary>The characters that encodings change, among others that they leave.</summary>
    public static string Text() => Convert.ToHexString(RandomNumberGenerator.GetBytes(6)) + "+/=&%\" é>?" + Convert.ToHexString(RandomNumberGenerator.GetBytes(6));

    /// <summary>What may stand in a header.</summary>
    public static string TokenText() => "t-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>True if a text contains a secret that is in use.</summary>
    public static bool HoldsSecret(string text) => !ReferenceEquals(LiveSecrets.Redact(text), text);

    public static AccessToken Token(DateTimeOffset? issuedOn = null, TimeSpan? lifetime = null, string? value = null) =>
        new(new Secret(value ?? TokenText()), new TokenMetadata { IssuedOn = issuedOn, ExpiresOn = issuedOn + lifetime });

    /// <summary>A token that is bound to a key.</summary>
    public static AccessToken Bound(DPoPKey key) =>
        new(new Secret(TokenText()), new TokenMetadata { TokenType = DPoPKey.TokenType, ProofKey = key });

    /// <summary>A JWT of these claims; its signature is noise.</summary>
    public static string Jwt(string claims, string header = """{"alg":"ES256","typ":"at+jwt"}""") =>
        Jwt(Encoding.UTF8.GetBytes(claims), Encoding.UTF8.GetBytes(header));

    public static string Jwt(byte[] claims, byte[] header) => $"{Base64Url.Encode(header)}.{Base64Url.Encode(claims)}.{Base64Url.Encode(RandomNumberGenerator.GetBytes(32))}";
}
