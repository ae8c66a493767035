using System.Security.Cryptography;
using BearerTools.Security;

namespace BearerTools.Tests.Security;

public sealed class ServerTextTests
{
    [Fact]
    public void Characters_that_steer_a_terminal_or_reorder_a_line_are_gone() =>
        Assert.Equal("a[31m red b c", ServerText.Clean("a\u001b[31m red\u202e\u200b\tb\r\nc\u0007\u009b".Replace("\r\n", "\n", StringComparison.Ordinal)));

    [Fact]
    public void A_long_text_is_cut()
    {
        var shown = ServerText.Clean(new string('x', 10_000));

        Assert.Equal(501, shown.Length);
        Assert.EndsWith("…", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_does_not_split_a_character() =>
        Assert.Equal("x…", ServerText.Clean("x😀yz", 2));

    [Fact]
    public void A_secret_in_it_is_redacted_even_where_the_text_is_cut_or_control_characters_hide_it()
    {
        var secret = new Secret(Convert.ToHexString(RandomNumberGenerator.GetBytes(400)));
        var value = secret.Reveal();

        var cut = ServerText.Clean(new string('x', 490) + value);
        var hidden = ServerText.Clean(value[..10] + "\0" + value[10..]);

        Assert.DoesNotContain(value[..5], cut, StringComparison.Ordinal);
        Assert.Equal(LiveSecrets.Mark, hidden);
        GC.KeepAlive(secret);
    }
}
