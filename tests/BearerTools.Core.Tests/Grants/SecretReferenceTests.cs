using BearerTools.Grants;

namespace BearerTools.Tests.Grants;

public sealed class SecretReferenceTests : IDisposable
{
    private readonly string _name = "BEARERTOOLS_TEST_" + Guid.NewGuid().ToString("N");
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void A_variable_is_read_each_time()
    {
        var reference = SecretReference.Parse("env:" + _name);

        foreach (var value in new[] { Workbench.NewSecret(), Workbench.NewSecret() })
        {
            Environment.SetEnvironmentVariable(_name, value);
            Assert.Equal(value, reference.Read().Reveal());
        }
    }

    [Theory]
    [InlineData("#\n", "#")]
    [InlineData("#\r\n", "#")]
    [InlineData("#\n\n", "#\n")]
    [InlineData(" # ", " # ")]
    [InlineData("\uFEFF#", "#")]
    public void A_file_is_read_without_its_last_line_break(string text, string expected)
    {
        var secret = Workbench.NewSecret();
        File.WriteAllText(_path, text.Replace("#", secret, StringComparison.Ordinal));

        Assert.Equal(expected.Replace("#", secret, StringComparison.Ordinal), SecretReference.Parse("file:" + _path).Read().Reveal());
    }

    [Fact]
    public void A_missing_value_is_an_error_that_names_its_place()
    {
        var variable = Fails("env:" + _name);
        Assert.Equal("SecretNotFound", variable.ErrorId);
        Assert.Contains(_name, variable.Message, StringComparison.Ordinal);

        var file = Fails("file:" + _path + ".no");
        Assert.Equal("SecretNotFound", file.ErrorId);
        Assert.Contains(_path + ".no", file.Message, StringComparison.Ordinal);

        Assert.Equal("SecretEmpty", Fails("file:" + _path).ErrorId);
        Assert.Equal("InvalidSecretReference", Fails("file:relative.txt").ErrorId);
    }

    [Theory]
    [InlineData("canary")]
    [InlineData("canary:canary")]
    [InlineData("env:")]
    [InlineData(":canary")]
    public void What_is_no_reference_is_an_error_that_lists_the_schemes_and_does_not_repeat_it(string text)
    {
        var error = Assert.Throws<BearerTokenException>(() => SecretReference.Parse(text));

        Assert.Equal("InvalidSecretReference", error.ErrorId);
        Assert.Contains("env:", error.NextStep, StringComparison.Ordinal);
        Assert.Contains("file:", error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", Workbench.AllTextOf(error), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(_name, null);
        File.Delete(_path);
    }

    private static BearerTokenException Fails(string text) => Assert.Throws<BearerTokenException>(() => SecretReference.Parse(text).Read());
}
