using System.Diagnostics;
using System.Text;
using BearerTools.Profiles.Saved;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Profiles.Saved;

public sealed class ProfileFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("profiles").FullName;

    private string FilePath => Path.Join(_folder, "bearertools", "profiles.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_that_does_not_exist_has_no_profiles() => Assert.Null(ProfileFiles.Read(FilePath));

    [Fact]
    public void A_file_is_written_for_its_owner_only_and_nothing_else_is_left()
    {
        ProfileFiles.Change(FilePath, _ => ProfileFileEditor.Create("s.json", "a", "{}"));

        Assert.Equal(["a"], ProfileFiles.Read(FilePath)!.Names);
        Assert.Equal(
            ["profiles.json", "profiles.json.lock"], Directory.GetFiles(Path.GetDirectoryName(FilePath)!).Select(Path.GetFileName).Order());
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void Concurrent_changes_lose_nothing()
    {
        Parallel.For(0, 20, i => ProfileFiles.Change(FilePath, file => file is null
            ? ProfileFileEditor.Create("s.json", $"p{i}", "{}")
            : ProfileFileEditor.Set(file, $"p{i}", "{}")));

        Assert.Equal(20, ProfileFiles.Read(FilePath)!.Names.Count);
    }

    [Fact]
    public void A_change_that_is_not_valid_leaves_the_file_as_it_is()
    {
        ProfileFiles.Change(FilePath, _ => ProfileFileEditor.Create("s.json", "a", "{}"));

        Assert.Throws<BearerTokenException>(() => ProfileFiles.Change(FilePath, _ => "{"u8.ToArray()));

        Assert.Equal(["a"], ProfileFiles.Read(FilePath)!.Names);
    }

    [UnixFact]
    public void An_error_that_is_no_held_lock_is_reported_at_once()
    {
        if (!OperatingSystem.IsLinux()) return;
        Write("{}");
        // A program that is running cannot be written (ETXTBSY), which stays so as it does on a read-only disk.
        var program = FilePath + ".lock";
        File.Copy("/bin/sleep", program);
        using var running = Process.Start(program, ["60"]);
        try
        {
            var clock = Stopwatch.StartNew();
            var error = Assert.Throws<BearerTokenException>(() => ProfileFiles.Change(FilePath, _ => [.. "{}"u8]));
            Assert.Equal("ProfileFileNotWritten", error.ErrorId);
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
        }
        finally
        {
            running.Kill();
        }
    }

    [UnixFact]
    public void A_file_or_folder_of_another_user_is_refused()
    {
        // Only root can give files away.
        if (Environment.UserName != "root") return;
        Write("{}");
        foreach (var place in new[] { FilePath, Path.GetDirectoryName(FilePath)! })
        {
            Own("1234", place);
            Assert.Contains("another user", Refused("ProfileFileUnsafe").Message, StringComparison.Ordinal);
            Own("0", place);
            Assert.NotNull(ProfileFiles.Read(FilePath));
        }
    }

    [Fact]
    public void A_list_of_approved_files_that_is_too_long_says_what_to_remove_from_it()
    {
        var path = Path.Join(_folder, "trusted.json");

        var error = Assert.Throws<BearerTokenException>(() => ProfileFiles.Replace(path, _ => new byte[ProfileFiles.MaxLength + 1]));

        Assert.Contains("longer than 1024 KiB", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("profile", error.NextStep, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    private static void Own(string user, string path)
    {
        using var chown = Process.Start("chown", [user, path]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }

    [Fact]
    public void A_file_of_10_MB_is_refused()
    {
        Write(new string(' ', 10_000_000) + "{}");

        Assert.Contains("longer than 1024 KiB", Refused("ProfileFileUnreadable").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_its_place_is_refused()
    {
        Directory.CreateDirectory(FilePath);

        Assert.Contains("is a folder", Refused("ProfileFileUnreadable").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_that_others_can_change_is_refused(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows()) return;
        Write("{}");
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | mode);

        Assert.Contains("chmod go-w", Refused("ProfileFileUnsafe").NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead | UnixFileMode.OtherRead)]
    public void A_file_that_others_can_read_is_used(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows()) return;
        Write("{}");
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | mode);

        Assert.NotNull(ProfileFiles.Read(FilePath));
    }

    [Theory]
    [InlineData("profiles.json")]
    [InlineData("missing.json")]
    public void A_link_is_refused(string target)
    {
        if (OperatingSystem.IsWindows()) return;
        Write("{}");
        File.Move(FilePath, Path.Join(_folder, "profiles.json"));
        File.CreateSymbolicLink(FilePath, Path.Join(_folder, target));

        Assert.Contains($"is a link to {_folder}", Refused("ProfileFileUnsafe").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_in_a_folder_that_others_can_write_to_is_refused(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows()) return;
        Write("{}");
        File.SetUnixFileMode(
            Path.GetDirectoryName(FilePath)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | mode);

        Refused("ProfileFileUnsafe");
        File.Delete(FilePath);
        var error = Assert.Throws<BearerTokenException>(
            () => ProfileFiles.Change(FilePath, _ => ProfileFileEditor.Create("s.json", "a", "{}")));
        Assert.Equal("ProfileFileUnsafe", error.ErrorId);
        Assert.False(File.Exists(FilePath));
    }

    private BearerTokenException Refused(string id)
    {
        var error = Assert.Throws<BearerTokenException>(() => ProfileFiles.Read(FilePath));
        Assert.Equal(id, error.ErrorId);
        Assert.StartsWith(FilePath, error.Message, StringComparison.Ordinal);
        return error;
    }

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllBytes(FilePath, Encoding.UTF8.GetBytes(text));
    }
}
