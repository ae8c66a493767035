using System.Text.RegularExpressions;

namespace BearerTools.Tests.Conventions;

/// <summary>What several folders need is written once: each of these APIs is called in one file only.</summary>
public sealed class SingleSourceTests
{
    private static readonly SourceFile[] s_source = [.. Sources.Of("src/BearerTools.Core"), .. Sources.Of("src/BearerTools.Msal"), .. Sources.Of("src/BearerTools")];

    private static readonly Regex s_reading = new(@"(?<![\w])File\.(ReadAll|ReadLines|OpenRead|OpenText)", RegexOptions.CultureInvariant);

    [Theory]
    [InlineData("new X509Store(", "Security/CertificateStore.cs")]
    [InlineData("Replace('-', '+')", "Security/Base64Url.cs")]
    [InlineData("JsonDocument.Parse(", "Security/ServerJson.cs")]
    [InlineData("TryGetValues(\"Retry-After\"", "Security/ServerDelay.cs")]
    [InlineData("HttpRequestError.InvalidResponse =>", "Tokens/ConnectionFault.cs")]
    public void Only_one_file_calls_it(string code, string file) =>
        Assert.Equal(file, Assert.Single(s_source, source => source.Text.Contains(code, StringComparison.Ordinal)).Path);

    /// <summary>A FIFO in the place of a file would block whatever opens it.</summary>
    [Fact]
    public void Files_of_the_user_are_read_through_RegularFile()
    {
        // These read files of the module itself.
        string[] own = ["Loading/ModuleStart.cs", "Session/ProfileSchema.cs"];

        Assert.Empty(s_source.Where(source => !own.Contains(source.Path) && s_reading.IsMatch(source.Text)).Select(source => source.Path));
    }
}
