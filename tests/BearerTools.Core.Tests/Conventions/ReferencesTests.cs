using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace BearerTools.Tests.Conventions;

/// <summary>Who may use whom: between the rooms (projects) and between the folders of Core.</summary>
public sealed partial class ReferencesTests
{
    private const int LongestFile = 350;

    private static readonly SourceFile[] s_core = Sources.Of("src/BearerTools.Core");
    private static readonly SourceFile[] s_cmdlets = Sources.Of("src/BearerTools");
    private static readonly SourceFile[] s_msal = Sources.Of("src/BearerTools.Msal");
    private static readonly SourceFile[] s_keyring = Sources.Of("src/BearerTools.Keyring");
    private static readonly SourceFile[] s_redis = Sources.Of("src/BearerTools.Redis");

    /// <summary>The rooms, what they refer to, and the packages they may have.</summary>
    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> s_projects = new()
    {
        ["BearerTools.Core"] = ([], []),
        ["BearerTools"] = (["BearerTools.Core"], ["PowerShellStandard.Library"]),
        ["BearerTools.Keyring"] = (["BearerTools.Core"], ["Tmds.DBus.Protocol"]),
        ["BearerTools.Redis"] = (["BearerTools.Core"], ["StackExchange.Redis"]),
        ["BearerTools.Msal"] = (["BearerTools.Core"], ["Microsoft.Identity.Client", "Microsoft.Identity.Client.Extensions.Msal"]),
    };

    /// <summary>They run in the compiler, and no assembly refers to them.</summary>
    private static readonly string[] s_analyzers = ["Microsoft.CodeAnalysis.BannedApiAnalyzers", "Microsoft.CodeAnalysis.PublicApiAnalyzers"];

    [Fact]
    public void The_folders_of_Core_use_each_other_only_as_allowed()
    {
        Assert.True(s_core.Length > 50, "The files were not found.");
        Assert.Empty(FolderRules.Broken(s_core));
    }

    [Theory]
    [InlineData("Tokens/A.cs", "using BearerTools.Json;\nnamespace BearerTools.Tokens;")]
    [InlineData("Json/A.cs", "global using BearerTools . Tokens;\nnamespace BearerTools.Json;")]
    [InlineData("Json/A.cs", "using static BearerTools.Security.Origin;\nnamespace BearerTools.Json;")]
    [InlineData("Http/A.cs", "using Rows = BearerTools.Json.JsonRowReader<int>;\nnamespace BearerTools.Http;")]
    [InlineData("Http/A.cs", "namespace BearerTools.Http;\nclass A { Json.JsonRowReader<int>? _reader; }")]
    [InlineData("Http/A.cs", "namespace BearerTools.Http;\nclass A { void Throw() => throw new JsonFormatException(); }")]
    [InlineData("Grants/A.cs", "namespace BearerTools.Grants;\nclass A { global::BearerTools.BearerRequestException? _error; }")]
    [InlineData("Json/A.cs", "namespace BearerTools.Json;\nclass A { string S => $\"{typeof(AccessToken)}\"; }")]
    [InlineData("A.cs", "using BearerTools.Tokens;\nnamespace BearerTools;")]
    [InlineData("Utilities/A.cs", "namespace BearerTools.Utilities;")]
    public void A_forbidden_use_is_found(string path, string text) =>
        Assert.Contains(Path.GetDirectoryName(path)!, Assert.Single(FolderRules.Broken([.. s_core, new SourceFile(path, text)])), StringComparison.Ordinal);

    [Theory]
    [InlineData("Json/A.cs", "namespace BearerTools.Json;\n// Not the AccessToken of BearerTools.Tokens.\nclass A { string S = \"BearerTools.Security.Origin\"; }")]
    [InlineData("Json/A.cs", "namespace BearerTools.Json;\nclass A { int Tokens => 1; int T => this.Tokens.GetHashCode(); object? Error(IBearerError e) => e.Kind; }")]
    [InlineData("Running/A.cs", "using BearerTools.Http;\nusing BearerTools.Json;\nusing BearerTools.Tokens;\nnamespace BearerTools.Running;")]
    public void An_allowed_use_is_not(string path, string text) => Assert.Empty(FolderRules.Broken([.. s_core, new SourceFile(path, text)]));

    [Fact]
    public void Projects_refer_only_to_projects_and_packages_that_are_allowed()
    {
        var projects = Directory.GetFiles(Path.Combine(Sources.Root, "src"), "*.csproj", SearchOption.AllDirectories);
        Assert.True(projects.Length >= 2, "The projects were not found.");

        foreach (var project in projects)
        {
            var name = Path.GetFileNameWithoutExtension(project);
            Assert.True(s_projects.TryGetValue(name, out var may), $"{name} is a new room: say what it may refer to.");
            Assert.Empty(Included(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))).Except(may.Projects));
            Assert.Empty(Included(project, "PackageReference").Except(may.Packages));
            Assert.Empty(Included(project, "Reference"));
        }

        foreach (var shared in Directory.GetFiles(Path.Combine(Sources.Root, "src"), "Directory.*"))
            Assert.Empty(Included(shared, "PackageReference").Except(s_analyzers).Concat(Included(shared, "GlobalPackageReference")).Concat(Included(shared, "ProjectReference")));
    }

    [Fact]
    public void Analyzers_are_not_part_of_what_is_built() =>
        Assert.All(
            XDocument.Load(Path.Combine(Sources.Root, "src", "Directory.Build.targets")).Descendants("PackageReference"),
            analyzer => Assert.Equal(("all", "analyzers; build"), ((string?)analyzer.Attribute("PrivateAssets"), (string?)analyzer.Attribute("IncludeAssets"))));

    [Fact]
    public void Nothing_is_used_without_a_using_that_can_be_seen()
    {
        foreach (var project in Directory.GetFiles(Path.Combine(Sources.Root, "src"), "*.*proj", SearchOption.AllDirectories)) Assert.Empty(Included(project, "Using"));
        Assert.DoesNotContain(s_core.Concat(s_cmdlets), file => file.Code.Contains("global using", StringComparison.Ordinal));
    }

    [Fact]
    public void Namespaces_follow_folders_and_public_types_are_in_the_root_namespace() =>
        Assert.Empty(s_core.Concat(s_cmdlets).Where(file => !IsInItsNamespace(file)).Select(file => $"{file.Path}: {file.Namespace}"));

    [Fact]
    public void Public_types_of_Core_are_in_its_root_namespace() =>
        Assert.Empty(s_core.Where(file => file.Namespace != "BearerTools" && file.Types.Any(type => type.IsPublic)).Select(file => file.Path));

    [Fact]
    public void No_file_is_too_long_to_be_read() =>
        Assert.Empty(s_core.Concat(s_cmdlets).Concat(s_msal).Concat(s_keyring).Concat(s_redis).Where(file => file.Lines > LongestFile).Select(file => $"{file.Path}: {file.Lines} lines"));

    [Fact]
    public void Types_of_MSAL_are_used_in_its_own_assembly_only()
    {
        Assert.Contains(s_msal, file => MsalName().IsMatch(file.Code));
        Assert.DoesNotContain(s_core.Concat(s_cmdlets), file => MsalName().IsMatch(file.Code));
    }

    [Fact]
    public void The_assembly_for_MSAL_has_no_public_types_and_one_entry_point()
    {
        Assert.Empty(s_msal.Where(file => file.Namespace != "BearerTools.Msal" || file.Types.Any(type => type.IsPublic)).Select(file => file.Path));
        Assert.DoesNotContain(s_core.Concat(s_cmdlets), file => MsalNamespace().IsMatch(file.Code));
    }

    [Fact]
    public void The_assembly_for_the_key_ring_has_no_public_types_and_D_Bus_is_used_nowhere_else()
    {
        Assert.Contains(s_keyring, file => DBusName().IsMatch(file.Code));
        Assert.Empty(s_keyring.Where(file => file.Namespace != "BearerTools.Keyring" || file.Types.Any(type => type.IsPublic)).Select(file => file.Path));
        Assert.DoesNotContain(s_core.Concat(s_cmdlets).Concat(s_msal), file => DBusName().IsMatch(file.Code));
    }

    [Fact]
    public void The_assembly_for_Redis_has_no_public_types_and_its_library_is_used_nowhere_else()
    {
        Assert.Contains(s_redis, file => RedisName().IsMatch(file.Code));
        Assert.Empty(s_redis.Where(file => file.Namespace != "BearerTools.Redis" || file.Types.Any(type => type.IsPublic)).Select(file => file.Path));
        Assert.DoesNotContain(s_core.Concat(s_cmdlets).Concat(s_msal).Concat(s_keyring), file => RedisName().IsMatch(file.Code));
    }

    [GeneratedRegex(@"\bStackExchange\s*\.\s*Redis\s*;")]
    private static partial Regex RedisName();

    [GeneratedRegex(@"\bTmds\s*\.\s*DBus")]
    private static partial Regex DBusName();

    [GeneratedRegex(@"\bMicrosoft\s*\.\s*Identity|(?<![\w.])Msal\w+Exception")]
    private static partial Regex MsalName();

    [GeneratedRegex(@"\bBearerTools\s*\.\s*Msal\b")]
    private static partial Regex MsalNamespace();

    private static bool IsInItsNamespace(SourceFile file)
    {
        var folders = file.Path.Split('/')[..^1];
        return file.Namespace == string.Join('.', folders.Prepend("BearerTools"))
            || (file.Namespace == "BearerTools" && file.Types.Any() && file.Types.All(type => type.IsPublic));
    }

    private static IEnumerable<string> Included(string project, string item) =>
        XDocument.Load(project).Descendants(item).Select(reference => (string?)reference.Attribute("Include") ?? string.Empty);
}
