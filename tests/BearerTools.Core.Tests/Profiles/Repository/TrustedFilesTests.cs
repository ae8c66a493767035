using BearerTools.Profiles.Repository;

namespace BearerTools.Tests.Profiles.Repository;

public sealed class TrustedFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("trusted").FullName;

    private TrustedFiles Files => new(Path.Join(_folder, "config", TrustedFiles.FileName));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_approved_by_path_and_content()
    {
        Files.Add(new("/repo/a", "one"u8.ToArray()));

        Assert.Equal(TrustState.Trusted, Files.StateOf(new("/repo/a", "one"u8.ToArray())));
        Assert.Equal(TrustState.Changed, Files.StateOf(new("/repo/a", "two"u8.ToArray())));
        Assert.Equal(TrustState.Unknown, Files.StateOf(new("/repo/b", "one"u8.ToArray())));
    }

    [Fact]
    public void A_new_approval_replaces_the_one_before()
    {
        Files.Add(new("/repo/a", "one"u8.ToArray()));
        Files.Add(new("/repo/a", "two"u8.ToArray()));

        Assert.Equal(TrustState.Changed, Files.StateOf(new("/repo/a", "one"u8.ToArray())));
        Assert.True(Files.Remove("/repo/a"));
        Assert.False(Files.Remove("/repo/a"));
        Assert.Equal(TrustState.Unknown, Files.StateOf(new("/repo/a", "two"u8.ToArray())));
    }

    [Fact]
    public void A_path_that_differs_in_case_is_another_file_where_file_systems_distinguish_them()
    {
        Files.Add(new("/repo/a", []));

        var state = Files.StateOf(new("/REPO/A", []));

        Assert.Equal(OperatingSystem.IsLinux() ? TrustState.Unknown : TrustState.Trusted, state);
    }

    [Fact]
    public void Concurrent_approvals_lose_nothing()
    {
        Parallel.For(0, 20, i => Files.Add(new($"/repo/{i}", [(byte)i])));

        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(TrustState.Trusted, Files.StateOf(new($"/repo/{i}", [(byte)i]))));
    }

    [Fact]
    public void The_nearest_file_applies_up_to_the_root_of_the_repository()
    {
        var repository = Directory.CreateDirectory(Path.Join(_folder, "repo")).FullName;
        var deep = Directory.CreateDirectory(Path.Join(repository, "src", "deep")).FullName;
        File.WriteAllText(Path.Join(_folder, RepositoryFile.Name), "{}");
        Assert.Equal(Path.Join(_folder, RepositoryFile.Name), RepositoryFile.Find(deep));

        // In a worktree, .git is a file.
        File.WriteAllText(Path.Join(repository, ".git"), "gitdir: elsewhere");
        Assert.Null(RepositoryFile.Find(deep));

        File.WriteAllText(Path.Join(repository, RepositoryFile.Name), "{}");
        Assert.Equal(Path.Join(repository, RepositoryFile.Name), RepositoryFile.Find(deep));
    }
}
