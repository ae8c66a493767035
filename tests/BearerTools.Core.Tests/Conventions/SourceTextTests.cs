namespace BearerTools.Tests.Conventions;

public sealed class SourceTextTests
{
    private const string Q3 = "\"\"\"";

    [Theory]
    [InlineData("a // Hidden\nb", "a \nb")]
    [InlineData("a /* Hidden\n*/ b", "a  b")]
    [InlineData("/// <see cref=\"Hidden\"/>\nb", "\nb")]
    [InlineData("x = \"Hidden\";", "x = \"\";")]
    [InlineData("x = \"\"; y", "x = \"\"; y")]
    [InlineData("x = \"a \\\" Hidden \\\\\"; y", "x = \"\"; y")]
    [InlineData("x = @\"C:\\\"; y", "x = \"\"; y")]
    [InlineData("x = @\"a \"\" Hidden\"; y", "x = \"\"; y")]
    [InlineData("x = " + Q3 + "Hidden \" \"\" // Hidden" + Q3 + "; y", "x = \"\"; y")]
    [InlineData("x = $\"Hidden {Seen} Hidden {{Hidden}}\"; y", "x = \"\" Seen ; y")]
    [InlineData("x = $\"{a(\"Hidden\", $\"{Seen}\")}\"; y", "x = \"\" a(\"\", \"\" Seen ) ; y")]
    [InlineData("x = $$" + Q3 + "{Hidden} {{Seen}}" + Q3 + "; y", "x = \"\" Seen ; y")]
    [InlineData("c = '\"'; y", "c = ; y")]
    [InlineData("c = '\\''; d = '\\u0022'; y", "c = ; d = ; y")]
    [InlineData("var @class = 1;", "var @class = 1;")]
    public void Only_code_is_left(string source, string code) => Assert.Equal(code, SourceText.CodeOf(source));
}
