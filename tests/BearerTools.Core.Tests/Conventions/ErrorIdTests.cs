using System.Text.RegularExpressions;

namespace BearerTools.Tests.Conventions;

/// <summary>Users look up the id of an error in the page of troubleshooting.</summary>
public sealed partial class ErrorIdTests
{
    private static readonly string[] s_projects =
        ["src/BearerTools.Core", "src/BearerTools", "src/BearerTools.Msal", "src/BearerTools.Keyring", "src/BearerTools.Redis"];

    [Fact]
    public void Each_error_id_is_in_the_page_of_troubleshooting()
    {
        var files = s_projects.SelectMany(Sources.Of).Select(file => file.Text).ToArray();
        var ids = ErrorIds.In(files);
        var page = Quoted().Matches(File.ReadAllText(Path.Combine(Sources.Root, "docs/troubleshooting.md")))
            .Select(match => match.Groups["id"].Value).ToHashSet(StringComparer.Ordinal);

        Assert.True(ids.Count > 200, $"{ids.Count} ids were found.");
        Assert.Equal([], ids.Except(page));
    }

    [Theory]
    [InlineData("ErrorId = \"One\",", "One")]
    [InlineData("public const string LockedId = \"One\";", "One")]
    [InlineData("ErrorId = isFull ? \"One\" : \"Two\",", "One Two")]
    [InlineData("Exception Make(string why, string errorId) => x; void M() { throw Make($\"a {b(\"c\")}, d\", \"One\"); }", "One")]
    [InlineData("[\"AADSTS1\"] = new(\"One\", Authentication, \"Text\")", "One")]
    [InlineData("Exception Make(string id) => x; void M() { Make(isOwn ? \"One\" : \"Two\"); Other(\"Three\"); }", "One Two")]
    public void Ids_are_found_where_they_are_declared(string code, string ids) => Assert.Equal(ids.Split(' '), ErrorIds.In([code]).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"`(?<id>\w+)`")]
    private static partial Regex Quoted();
}
