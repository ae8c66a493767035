using BearerTools.Grants.Login;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants.Login;

/// <summary>Which program gets the address of a login, and how. The variables are the process's, so these tests stand in one class.</summary>
[Collection("PATH")]
public sealed class SystemBrowserTests : IDisposable
{
    private static readonly Uri s_address = new("https://id.example.com/authorize?a=1&b=$(touch%20x);%20'%22`id`");

    private readonly string _folder = Directory.CreateTempSubdirectory("bearertools browser ").FullName;
    private readonly string? _browser = Environment.GetEnvironmentVariable("BROWSER");
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");

    [Fact]
    public void The_address_is_one_argument_in_its_place_or_at_the_end()
    {
        string[] expected = ["firefox", "--new-window", s_address.AbsoluteUri];

        Assert.Equal(expected, BrowserCommand.Read("firefox --new-window", s_address).Single());
        Assert.Equal(expected, BrowserCommand.Read("  firefox  --new-window %s ", s_address).Single());
        Assert.Equal(["a b/open", $"--url={s_address.AbsoluteUri}", "x y"], BrowserCommand.Read("\"a b/open\" --url=%s \"x y\"", s_address).Single());
    }

    [Fact]
    public void Several_commands_are_tried_in_their_order() =>
        Assert.Equal(["one", "two"], BrowserCommand.Read($"one{Path.PathSeparator}{Path.PathSeparator}two %s", s_address).Select(command => command[0]));

    [UnixFact]
    public async Task The_program_of_BROWSER_gets_the_address_and_no_shell_sees_it()
    {
        var program = Program("open", "printf '%s\\n' \"$@\" > \"$(dirname \"$0\")/seen\"");
        Environment.SetEnvironmentVariable("BROWSER", $"/nowhere/missing:\"{program}\" --new");

        await new SystemBrowser().OpenAsync(s_address, CancellationToken.None);

        Assert.Equal(["--new", s_address.AbsoluteUri], await File.ReadAllLinesAsync(Path.Combine(_folder, "seen")));
    }

    [UnixFact]
    public async Task Without_BROWSER_it_is_the_opener_of_the_platform()
    {
        if (!OperatingSystem.IsLinux()) return;
        Program("xdg-open", "printf '%s\\n' \"$@\" > \"$(dirname \"$0\")/seen\"");
        Environment.SetEnvironmentVariable("BROWSER", null);
        Environment.SetEnvironmentVariable("PATH", $"{_folder}:{_path}");

        await new SystemBrowser().OpenAsync(s_address, CancellationToken.None);

        Assert.Equal([s_address.AbsoluteUri], await File.ReadAllLinesAsync(Path.Combine(_folder, "seen")));
    }

    [UnixFact]
    public async Task A_browser_that_is_missing_or_fails_is_an_error_that_names_the_alternatives()
    {
        Environment.SetEnvironmentVariable("BROWSER", $"/nowhere/missing:\"{Program("broken", "exit 3")}\"");

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => new SystemBrowser().OpenAsync(s_address, CancellationToken.None));

        Assert.Equal("BrowserMissing", error.ErrorId);
        Assert.Contains("/nowhere/missing was not found", error.Message, StringComparison.Ordinal);
        Assert.Contains("exit code 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("-NoBrowser", error.NextStep, StringComparison.Ordinal);
        Assert.Contains("-DeviceCode", error.NextStep, StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_program_in_the_current_folder_is_not_taken_for_one_on_the_path()
    {
        var name = $"bearertools-{Guid.NewGuid():N}";
        Program(name, "exit 0");
        var before = Directory.GetCurrentDirectory();
        try
        {
            Directory.SetCurrentDirectory(_folder);

            Assert.Null(Executable.Find(name));
            Assert.Null(Executable.Find($"./{name}"));
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }

    [Theory]
    [InlineData("http://id.example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("calculator:1")]
    public Task Nothing_but_https_and_this_machine_is_opened(string address) =>
        Assert.ThrowsAsync<ArgumentException>(() => new SystemBrowser().OpenAsync(new Uri(address), CancellationToken.None));

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("BROWSER", _browser);
        Environment.SetEnvironmentVariable("PATH", _path);
        Directory.Delete(_folder, recursive: true);
    }

    private string Program(string name, string script)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
