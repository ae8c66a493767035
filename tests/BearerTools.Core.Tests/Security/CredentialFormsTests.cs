using BearerTools.Security;

namespace BearerTools.Tests.Security;

public sealed class CredentialFormsTests
{
    private const string Mark = "***";

    [Theory]
    [InlineData("a eyJhbGciOiJub25l.eyJzdWIiOiJhZGEi.c2ln b", "a *** b")]
    [InlineData("x=eyJhbGciOiJub25l.eyJzdWIiOiJhZGEi.", "x=***")]
    [InlineData("Authorization: Bearer abcdefghijklmnop==", "Authorization: Bearer ***")]
    [InlineData("basic YWRhOnBhc3N3b3Jk1=", "basic ***")]
    [InlineData("The bearer token has expired.", "The bearer token has expired.")]
    [InlineData("Basic authentication is off; the token authentication_failed", "Basic authentication is off; the token authentication_failed")]
    [InlineData("https://ada:pa55@host/x", "https://***@host/x")]
    [InlineData("redis://:pa55word@host", "redis://***@host")]
    [InlineData("see //ada:pa@55@host/x", "see //***@host/x")]
    [InlineData("a=https%3A%2F%2Fada%3Apa55%40host", "a=https%3A%2F%2F***%40host")]
    [InlineData("http://host:8080/users/ada@contoso.com", "http://host:8080/users/ada@contoso.com")]
    [InlineData("a=https%3A%2F%2Fhost%3A8080%2Fx%40y", "a=https%3A%2F%2Fhost%3A8080%2Fx%40y")]
    [InlineData("eyJ.eyJ", "eyJ.eyJ")]
    [InlineData("the sk-learn tutorial of something long", "the sk-learn tutorial of something long")]
    public void What_looks_like_a_credential_is_removed(string text, string expected) => Assert.Equal(expected, CredentialForms.Redact(text, Mark));

    [Theory]
    [InlineData("ghp_", 36)]
    [InlineData("gho_", 36)]
    [InlineData("github_pat_", 60)]
    [InlineData("glpat-", 20)]
    [InlineData("xoxb-", 40)]
    [InlineData("sk_live_", 24)]
    [InlineData("npm_", 36)]
    [InlineData("hvs.", 30)]
    [InlineData("AIza", 35)]
    public void Tokens_are_known_by_the_prefix_of_their_issuer(string prefix, int length)
    {
        var token = prefix + string.Concat(Enumerable.Range(0, length).Select(i => (char)('A' + (i * 7 % 26))));
        Assert.Equal("key ***, done", CredentialForms.Redact($"key {token}, done", Mark));
        Assert.Equal("/keys/***", CredentialForms.Redact($"/keys/{token}", Mark));
    }

    [Fact]
    public void An_access_key_of_AWS_is_known_by_its_form() =>
        Assert.Equal("id *** and AKIA", CredentialForms.Redact($"id AKIA{new string('A', 8)}{new string('7', 8)} and AKIA", Mark));

    [Theory]
    [InlineData("-eyJ")]
    [InlineData("bearer ")]
    [InlineData(" ")]
    [InlineData("eyJaaaaaaaa.")]
    [InlineData("sk-")]
    [InlineData("<a \"")]
    [InlineData("password ")]
    [InlineData("\"a\": \"")]
    public async Task A_long_text_takes_no_long_time(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 50_000));
        await Task.Run(() => new TextRedaction(new RedactionOptions()).Redact(text)).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
