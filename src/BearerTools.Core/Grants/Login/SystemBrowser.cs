using System.ComponentModel;
using System.Diagnostics;
using BearerTools.Security;

namespace BearerTools.Grants.Login;

/// <summary>
/// Opens the user's browser: the one named by BROWSER, otherwise the platform's opener. Never uses a shell; the address is
/// always a separate argument.
/// </summary>
internal sealed class SystemBrowser : IBrowser
{
    /// <summary>
    /// An error exit within this time means that nothing was opened; a later one may be the user closing the browser.
    /// </summary>
    private static readonly TimeSpan s_trial = TimeSpan.FromSeconds(5);

    public Task OpenAsync(Uri address, CancellationToken cancel) => Origin.Of(address).IsSafe
        ? StartAsync(address, cancel)
        : throw new ArgumentException("Only https and loopback addresses can be opened.", nameof(address));

    /// <summary>Opens a page that this module has written.</summary>
    /// <exception cref="BearerTokenException">There is no browser, or it could not be started.</exception>
    public static Task OpenPageAsync(string path, CancellationToken cancel) =>
        AddressParser.TryBuild(new UriBuilder(Uri.UriSchemeFile, string.Empty) { Path = path }, out var address)
            ? StartAsync(address, cancel)
            : throw Missing($"The page {ServerText.Clean(path)} has no address.");

    private static async Task StartAsync(Uri address, CancellationToken cancel)
    {
        var variable = Environment.GetEnvironmentVariable("BROWSER");
        var isNamed = !string.IsNullOrWhiteSpace(variable);
        if (!isNamed && OperatingSystem.IsWindows())
        {
            OpenOnWindows(address);
            return;
        }

        IEnumerable<IReadOnlyList<string>> commands = isNamed
            ? BrowserCommand.Read(variable!, address)
            : [[OperatingSystem.IsMacOS() ? "/usr/bin/open" : "xdg-open", address.AbsoluteUri]];
        List<string> tried = [];
        foreach (var command in commands)
        {
            if (await TryAsync(command, cancel).ConfigureAwait(false) is not { } failure) return;
            tried.Add(failure);
        }

        throw Missing(
            $"{(isNamed ? "None of the browsers in BROWSER could" : "The browser could not")} be started: {string.Join("; ", tried)}.");
    }

    /// <summary>
    /// Opens the address with Windows' shell, which would run any text as a program or file; so it only gets a verified
    /// http(s) address, or that of a page of this module.
    /// </summary>
    private static void OpenOnWindows(Uri address)
    {
        try
        {
            using var started = Process.Start(new ProcessStartInfo(address.AbsoluteUri) { UseShellExecute = true });
        }
        catch (Win32Exception e)
        {
            throw Missing($"Windows could not open a browser: {ServerText.Clean(e.Message)}");
        }
    }

    /// <summary>Returns why the command failed, or <see langword="null"/> if it worked.</summary>
    private static async Task<string?> TryAsync(IReadOnlyList<string> command, CancellationToken cancel)
    {
        var name = ServerText.Clean(command[0], 200);
        if (Executable.Find(command[0]) is not { } program) return $"{name} was not found";
        var process = new Process { StartInfo = Start(program, command.Skip(1)) };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            return $"{name}: {ServerText.Clean(e.Message)}";
        }

        process.StandardInput.Close();
        // The output is drained and discarded: it would clutter the user's prompt, and a full pipe would block the browser.
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        using var trial = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        trial.CancelAfter(s_trial);
        try
        {
            await process.WaitForExitAsync(trial.Token).ConfigureAwait(false);
            return process.ExitCode == 0 ? null : $"{name} ended with exit code {process.ExitCode}";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private static ProcessStartInfo Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // In the terminal's session, a later Ctrl+C at the prompt would also end the user's browser.
        if (OperatingSystem.IsLinux() && Executable.Find("setsid") is { } setsid)
        {
            start.FileName = setsid;
            start.ArgumentList.Add(program);
        }
        else
        {
            start.FileName = program;
        }

        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    private static BearerTokenException Missing(string message) => new(message)
    {
        ErrorId = "BrowserMissing",
        Kind = BearerErrorKind.NotFound,
        NextStep = "Set the environment variable BROWSER, open the address yourself with -NoBrowser, or sign in on another device with "
            + "-DeviceCode.",
    };
}
