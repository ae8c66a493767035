using BearerTools.Security;

namespace BearerTools.Tests.Security;

public sealed class TokenShapeTests
{
    [Theory]
    [InlineData("a eyJhbGciOiJub25l.eyJzdWIiOiJhZGEi.c2ln b", "a REDACTED b")]
    [InlineData("x=eyJhbGciOiJub25l.eyJzdWIiOiJhZGEi.", "x=REDACTED")]
    [InlineData("Authorization: Bearer abcdefghijklmnop==", "Authorization: Bearer REDACTED")]
    [InlineData("The bearer token has expired.", "The bearer token has expired.")]
    [InlineData("eyJ.eyJ", "eyJ.eyJ")]
    public void What_looks_like_a_credential_is_removed(string text, string expected) => Assert.Equal(expected, TokenShape.Redact(text));

    [Theory]
    [InlineData("-eyJ")]
    [InlineData("bearer ")]
    [InlineData(" ")]
    [InlineData("eyJaaaaaaaa.")]
    public async Task A_long_text_takes_no_long_time(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 50_000));
        await Task.Run(() => TokenShape.Redact(text)).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
