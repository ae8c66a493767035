using System.ComponentModel;
using System.Diagnostics;
using BearerTools.Security;

namespace BearerTools.Grants.Login;

/// <summary>
/// The person's browser: what BROWSER names, else the platform's opener. Never by way of a shell, and the address is one
/// argument of a list.
/// </summary>
internal sealed class SystemBrowser : IBrowser
{
    /// <summary>An opener that ends with an error within this time has opened nothing; later the person may have closed the browser.</summary>
    private static readonly TimeSpan s_trial = TimeSpan.FromSeconds(5);

    public async Task OpenAsync(Uri address, CancellationToken cancel)
    {
        if (!Origin.Of(address).IsSafe) throw new ArgumentException("Only https addresses and those of this machine are opened.", nameof(address));
        var variable = Environment.GetEnvironmentVariable("BROWSER");
        var isNamed = !string.IsNullOrWhiteSpace(variable);
        if (!isNamed && OperatingSystem.IsWindows())
        {
            OpenOnWindows(address);
            return;
        }

        IEnumerable<IReadOnlyList<string>> commands = isNamed ? BrowserCommand.Read(variable!, address) : [[OperatingSystem.IsMacOS() ? "/usr/bin/open" : "xdg-open", address.AbsoluteUri]];
        List<string> tried = [];
        foreach (var command in commands)
        {
            if (await TryAsync(command, cancel).ConfigureAwait(false) is not { } failure) return;
            tried.Add(failure);
        }

        throw Missing($"{(isNamed ? "BROWSER names" : "There is")} no browser that could be started: {string.Join("; ", tried)}.");
    }

    /// <summary>The shell's own table of programs: it takes any text for a program or a file, so it gets only what is surely an http address.</summary>
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

    /// <summary>Why it did not work, or nothing.</summary>
    private static async Task<string?> TryAsync(IReadOnlyList<string> command, CancellationToken cancel)
    {
        var name = ServerText.Clean(command[0], 200);
        if (Executable.Find(command[0]) is not { } program) return $"{name} is not there";
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
        // Read to the end and thrown away: a browser's remarks would land in the person's prompt, and unread ones would stop it.
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
        var start = new ProcessStartInfo { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // In the terminal's session a later Ctrl+C at the prompt would end the person's browser too.
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
        NextStep = "Name one in the environment variable BROWSER, open the address yourself with -NoBrowser, or log in on another device with -DeviceCode.",
    };
}
