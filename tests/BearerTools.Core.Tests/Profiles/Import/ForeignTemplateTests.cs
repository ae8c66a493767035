using BearerTools.Profiles.Import;

namespace BearerTools.Tests.Profiles.Import;

public class ForeignTemplateTests
{
    private static readonly ForeignVariable[] s_variables =
    [
        new("host", "https://{{name}}.contoso.com", false, "1"),
        new("name", "api", false, "1"),
        new("loop", "{{loop}}", false, "1"),
        new("password", "hush", false, "1"),
        new("elsewhere", null, true, "1"),
        new("secret", "{{held}}", false, "1"),
        new("held", "{{process.env.HELD}}", false, "1"),
    ];

    private readonly ForeignTemplate _template = new(s_variables);

    [Theory]
    [InlineData("{{host}}/v1", "https://api.contoso.com/v1")]
    [InlineData("plain", "plain")]
    [InlineData("a{{password}}", null)]
    [InlineData("{{elsewhere}}", null)]
    [InlineData("{{unknown}}", null)]
    [InlineData("{{$timestamp}}", null)]
    [InlineData("{{loop}}", null)]
    public void A_value_is_resolved_unless_it_needs_a_secret_or_what_the_file_does_not_say(string text, string? expected) =>
        Assert.Equal(expected, _template.Resolve(text));

    [Theory]
    [InlineData("{{$processEnv HELD}}", "HELD")]
    [InlineData("{{process.env.HELD}}", "HELD")]
    [InlineData("{{$env.HELD}}", "HELD")]
    [InlineData("{{process.env.HELD}}-and-more", null)]
    [InlineData("hush", null)]
    public void Environment_variables_are_recognized_in_the_spelling_of_each_tool(string text, string? expected) =>
        Assert.Equal(expected, ForeignTemplate.EnvironmentVariable(new("a", text, false, "1")));

    [Fact]
    public void The_variable_that_holds_a_value_is_found_also_through_others_and_a_cycle_ends()
    {
        Assert.Equal("held", _template.Holder(s_variables[5]).Name);
        Assert.Equal("loop", _template.Holder(s_variables[2]).Name);
    }
}
