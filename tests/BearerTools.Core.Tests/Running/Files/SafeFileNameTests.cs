using System.Text;
using BearerTools.Running.Files;

namespace BearerTools.Tests.Running.Files;

public sealed class SafeFileNameTests
{
    [Theory]
    [InlineData("a+b.txt", "a+b.txt")]
    [InlineData("Grüße 😀.txt", "Grüße 😀.txt")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("..\\..\\boot.ini", "boot.ini")]
    [InlineData("...", null)]
    [InlineData("a/..", null)]
    [InlineData(" . ", null)]
    [InlineData("", null)]
    [InlineData(".bashrc", "bashrc")]
    [InlineData("name. . ", "name")]
    [InlineData("a\u001b[2Jb", "a[2Jb")]
    [InlineData("a\nb\tc", "a b c")]
    [InlineData("txt.\u202Eexe", "txt.exe")]
    [InlineData("a\u200D\uFEFFb", "ab")]
    [InlineData("a:stream", "a_stream")]
    [InlineData("a<b>|c?*\"d", "a_b__c___d")]
    [InlineData("NUL", "_NUL")]
    [InlineData("con.txt", "_con.txt")]
    [InlineData("Lpt1.tar.gz", "_Lpt1.tar.gz")]
    [InlineData("COM¹", "_COM¹")]
    [InlineData("conin$", "_conin$")]
    [InlineData("console.txt", "console.txt")]
    [InlineData("a.bearertools-part", "a.bearertools-part_")]
    [InlineData("a.bearertools-part.json", "a.bearertools-part.json_")]
    public void A_name_is_reduced_to_one_that_is_harmless_everywhere(string given, string? name) => Assert.Equal(name, SafeFileName.From(given));

    [Fact]
    public void A_lone_surrogate_is_dropped() => Assert.Equal("ab", SafeFileName.From($"a{(char)0xD800}b"));

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("😀")]
    public void A_long_name_is_cut_and_keeps_its_extension(string letter)
    {
        var name = SafeFileName.From(string.Concat(Enumerable.Repeat(letter, 500)) + ".json")!;

        Assert.InRange(Encoding.UTF8.GetByteCount(name), 190, 200);
        Assert.EndsWith(letter + ".json", name, StringComparison.Ordinal);
    }
}
