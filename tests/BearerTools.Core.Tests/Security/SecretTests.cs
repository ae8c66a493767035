using System.Text;
using System.Text.Json;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Security;

public sealed class SecretTests
{
    [Theory]
    [InlineData("nope")]
    [InlineData("secret")]
    [InlineData("seven77")]
    public void A_short_secret_does_not_mask_ordinary_words(string word)
    {
        var secret = new Secret(word);

        Assert.Equal($"/{word}/x?{word}={word}", LiveSecrets.Redact($"/{word}/x?{word}={word}"));
        GC.KeepAlive(secret);
    }

    /// <summary>Ways in which a secret gets into a text.</summary>
    public static TheoryData<string> Spellings => new(
        "raw", "upper case", "percent", "percent, lower case", "form", "JSON", "JSON, relaxed", "base64", "base64, shifted by 1",
        "base64, shifted by 2", "base64url", "base64url, shifted by 1", "base64url, shifted by 2", "Basic", "hexadecimal",
        "hexadecimal, separated");

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_living_secret_is_taken_out_of_a_text_however_it_is_spelled(string spelling)
    {
        for (var i = 0; i < 20; i++)
        {
            // Lengths differ, so that base64 ends at each of its three places.
            var secret = new Secret(TestTokens.Text() + new string('z', i % 3));
            var spelled = Spell(secret.Reveal(), spelling);
            var text = $"before ({spelled}) after";

            var redacted = LiveSecrets.Redact(text);

            Assert.True(TestTokens.HoldsSecret(text));
            Assert.StartsWith("before (", redacted, StringComparison.Ordinal);
            Assert.EndsWith(") after", redacted, StringComparison.Ordinal);
            Assert.Contains(LiveSecrets.Mark, redacted, StringComparison.Ordinal);
            Assert.False(SharesMoreThan(12, spelled, redacted), "A piece of the secret was left.");
            GC.KeepAlive(secret);
        }
    }

    [Fact]
    public void Every_occurrence_of_every_secret_is_taken_out()
    {
        var one = new Secret(TestTokens.TokenText());
        var other = new Secret(TestTokens.TokenText());

        var redacted = LiveSecrets.Redact($"{one.Reveal()}, {other.Reveal()}, {one.Reveal()}");

        Assert.Equal($"{LiveSecrets.Mark}, {LiveSecrets.Mark}, {LiveSecrets.Mark}", redacted);
        GC.KeepAlive(one);
        GC.KeepAlive(other);
    }

    [Fact]
    public void A_text_without_secrets_stays_as_it_is()
    {
        var text = $"a harmless line {Guid.NewGuid():N}";

        Assert.False(TestTokens.HoldsSecret(text));
        Assert.Same(text, LiveSecrets.Redact(text));
    }

    [Fact]
    public void A_secret_of_fewer_than_8_characters_leaves_words_readable()
    {
        var secret = new Secret("contoso");

        Assert.Equal("contoso or contoso.com", LiveSecrets.Redact("contoso or contoso.com"));
        GC.KeepAlive(secret);
    }

    [Fact]
    public void A_secret_prints_nothing_of_itself()
    {
        var secret = new Secret(TestTokens.TokenText());

        Assert.DoesNotContain(secret.Reveal(), $"{secret} {JsonSerializer.Serialize(secret)}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_SecureString_made_of_it_is_the_callers_own()
    {
        var secret = new Secret(TestTokens.Text());

        secret.ToSecureString().Dispose();

        using var copy = secret.ToSecureString();
        Assert.Equal(secret.Reveal(), Secret.From(copy).Reveal());
    }

    [Fact]
    public void A_fingerprint_is_the_same_for_the_same_value_and_does_not_reveal_it()
    {
        var value = TestTokens.TokenText();

        Assert.Equal(Fingerprint.Short(value), Fingerprint.Short(value));
        Assert.Matches("^[0-9a-f]{12}$", Fingerprint.Short(value));
        Assert.NotEqual(Fingerprint.Full(value), Fingerprint.Full(value + "x"));
        Assert.StartsWith(Fingerprint.Short(value), Fingerprint.Full(value), StringComparison.OrdinalIgnoreCase);
        // Not a plain hash: a guess cannot be tested outside this process.
        Assert.NotEqual(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(value))), Fingerprint.Full(value));
    }

    private static string Spell(string value, string spelling) => spelling switch
    {
        "raw" => value,
        "upper case" => value.ToUpperInvariant(),
        "percent" => Uri.EscapeDataString(value),
        "percent, lower case" => Uri.EscapeDataString(value).ToLowerInvariant(),
        "form" => new FormUrlEncodedContent([new("x", value)]).ReadAsStringAsync().Result[2..],
        "JSON" => JsonSerializer.Serialize(value)[1..^1],
        "JSON, relaxed" => value.Replace("\"", "\\\"", StringComparison.Ordinal),
        "hexadecimal" => Convert.ToHexString(Encoding.UTF8.GetBytes(value)).ToLowerInvariant(),
        "hexadecimal, separated" => BitConverter.ToString(Encoding.UTF8.GetBytes(value)),
        "Basic" => Convert.ToBase64String(Encoding.UTF8.GetBytes("ops:" + value)),
        _ => Base64(value, spelling),
    };

    private static string Base64(string value, string spelling)
    {
        var shift = spelling[^1] is '1' or '2' ? spelling[^1] - '0' : 0;
        var text = Convert.ToBase64String([.. new byte[shift], .. Encoding.UTF8.GetBytes(value), .. "tail"u8]);
        return spelling.StartsWith("base64url", StringComparison.Ordinal) ? text.TrimEnd('=').Replace('+', '-').Replace('/', '_') : text;
    }

    private static bool SharesMoreThan(int length, string secret, string text) =>
        Enumerable.Range(0, Math.Max(0, secret.Length - length)).Any(start => text.Contains(secret.Substring(start, length), StringComparison.OrdinalIgnoreCase));
}
