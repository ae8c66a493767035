using System.Security.Cryptography;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Mocking;

/// <summary>Makes JWTs for tests (RFC 7519). Their signature is random, so that nothing accepts them.</summary>
internal static class TestToken
{
    /// <param name="claims">The claims. <c>iat</c> and <c>exp</c> are added unless they are given.</param>
    /// <param name="now">The time of issue.</param>
    /// <param name="lifetime">The time until it expires; negative for one that has expired.</param>
    public static string Create(IReadOnlyDictionary<string, object?> claims, DateTimeOffset now, TimeSpan lifetime)
    {
        var all = new Dictionary<string, object?>(claims, StringComparer.Ordinal);
        all.TryAdd("iat", now.ToUnixTimeSeconds());
        all.TryAdd("exp", (now + lifetime).ToUnixTimeSeconds());
        var header = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["alg"] = "HS256", ["typ"] = "JWT" });
        return string.Join(
            '.',
            Base64Url.Encode(header),
            Base64Url.Encode(JsonSerializer.SerializeToUtf8Bytes(all)),
            Base64Url.Encode(RandomNumberGenerator.GetBytes(32)));
    }
}
