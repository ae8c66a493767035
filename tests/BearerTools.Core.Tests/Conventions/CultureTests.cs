using System.Text.RegularExpressions;

namespace BearerTools.Tests.Conventions;

/// <summary>
/// Text for users and logs is invariant. CA1305 finds calls of ToString without a culture; it does not look into
/// interpolated strings, so these tests do.
/// </summary>
public sealed partial class CultureTests
{
    private static readonly SourceFile[] s_source = [.. Sources.Of("src/BearerTools.Core"), .. Sources.Of("src/BearerTools.Msal"), .. Sources.Of("src/BearerTools")];

    [Fact]
    public void No_interpolated_string_formats_a_time_or_number_by_the_current_culture()
    {
        Assert.True(s_source.Length > 100, "The files were not found.");
        Assert.Empty(s_source.SelectMany(Dependent));
    }

    [Theory]
    [InlineData("""s = $"until {end:HH:mm:ss}";""")]
    [InlineData("""s = $"on {end.AddDays(1):yyyy-MM-dd}";""")]
    [InlineData("""s = $"{limit:N0} bytes";""")]
    [InlineData("""s = $"{time.TotalSeconds:0.#} s";""")]
    [InlineData("""s = $"{(a ? $"{share:P1}" : "none")}";""")]
    [InlineData("s = string.Create(CultureInfo.InvariantCulture, $\"{a:0}\");\nt = $\"{b:0}\";")]
    public void A_format_without_a_culture_is_found(string code) => Assert.Single(Dependent(new SourceFile("A.cs", code)));

    [Theory]
    [InlineData("""s = FormattableString.Invariant($"{limit:N0} bytes");""")]
    [InlineData("""s = string.Create(CultureInfo.InvariantCulture, $"{percent:0} %");""")]
    [InlineData("""s = $"{code:x4}";""")]
    [InlineData("""s = flag ? $"{a}" : "0:00";""")]
    [InlineData("var x = global::System.Math.E; switch (n) { case 0: break; }")]
    public void Other_code_is_not(string code) => Assert.Empty(Dependent(new SourceFile("A.cs", code)));

    private static IEnumerable<string> Dependent(SourceFile file) =>
        from line in file.Code.Split('\n')
        where Format().Match(line) is { Success: true } format && !Invariant().IsMatch(line[..format.Index])
        select $"{file.Path}: {line.Trim()}";

    /// <summary>The format of a hole; hexadecimal ones are the same in every culture.</summary>
    [GeneratedRegex(@"(?<=[\w)\]]):(?:yy|MM|dd|HH|hh|mm|ss|[NFPCEGRD]\d*(?!\w)|[0#])")]
    private static partial Regex Format();

    [GeneratedRegex(@"FormattableString\.Invariant\(|CultureInfo\.InvariantCulture,")]
    private static partial Regex Invariant();
}
