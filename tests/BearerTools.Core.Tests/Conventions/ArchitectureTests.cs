namespace BearerTools.Tests.Conventions;

/// <summary>docs/architecture.md names every folder, and nothing that does not exist.</summary>
public sealed class ArchitectureTests
{
    private static readonly ArchitectureMap s_map = new(File.ReadAllText(Path.Combine(Sources.Root, "docs/architecture.md")));

    [Fact]
    public void Every_folder_is_named() => Assert.Empty(s_map.MissingFolders());

    [Fact]
    public void Every_folder_and_file_that_is_named_exists() => Assert.Empty(s_map.UnknownPaths());

    [Fact]
    public void Every_type_and_member_that_is_named_exists() => Assert.Empty(s_map.UnknownNames());

    [Fact]
    public void The_table_of_Core_says_what_the_folder_rules_say() => Assert.Empty(s_map.WrongUses());

    [Theory]
    [InlineData("the folder `src/BearerTools.Core/Utilities/`", "src/BearerTools.Core/Utilities/")]
    [InlineData("the file `src/BearerTools/Session/GlobalConnection.cs`", "src/BearerTools/Session/GlobalConnection.cs")]
    public void A_path_that_does_not_exist_is_found(string text, string path) => Assert.Equal(path, Assert.Single(new ArchitectureMap(text).UnknownPaths()));

    [Theory]
    [InlineData("the class `RequestMaker`", "RequestMaker")]
    [InlineData("the member `RequestPipeline.CreateAll`", "RequestPipeline.CreateAll")]
    [InlineData("```mermaid\nflowchart LR\n    a[\"RequestMaker: makes\"] --> b[\"Runner\"]\n```", "RequestMaker")]
    public void A_name_that_does_not_exist_is_found(string text, string name) => Assert.Equal(name, Assert.Single(new ArchitectureMap(text).UnknownNames()));

    [Fact]
    public void A_folder_that_is_not_named_is_found() => Assert.Contains("src/BearerTools/Session/", new ArchitectureMap("`src/BearerTools/Binding/`").MissingFolders());

    [Fact]
    public void A_use_that_the_folder_rules_do_not_have_is_found() =>
        Assert.Equal("Json", Assert.Single(new ArchitectureMap("| `src/BearerTools.Core/Json/` | the reader | Http |").WrongUses(onlyNamed: true)));
}
