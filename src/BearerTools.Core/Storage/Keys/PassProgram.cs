using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;
using BearerTools.Storage.Files;

namespace BearerTools.Storage.Keys;

/// <summary>
/// The key in the password store of the program <c>pass</c>, which encrypts it with GnuPG. The program is started without a shell, and the
/// key goes through its standard input and output.
/// </summary>
/// <param name="timeout">Maximum time for one call; GnuPG may ask the user for a passphrase (default: one minute).</param>
internal sealed class PassProgram(TimeSpan? timeout = null) : IKeyProvider
{
    private const string Program = "pass";
    private const string EntryName = "BearerTools/store-key";
    private const int LongestError = 500;
    private const int LongestKey = 64;

    private static readonly TimeSpan s_afterKill = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _timeout = timeout ?? TimeSpan.FromMinutes(1);

    public string Keeper => $"the entry {EntryName} of pass";

    private static string Folder => Environment.GetEnvironmentVariable("PASSWORD_STORE_DIR") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".password-store");

    public async Task<byte[]?> ReadAsync(CancellationToken cancel)
    {
        var program = Find();
        // The program reports a missing entry as text only.
        if (!File.Exists(Path.Combine(Folder, EntryName + ".gpg"))) return null;
        var output = await RunAsync(program, ["show", EntryName], null, cancel).ConfigureAwait(false);
        var key = new byte[LongestKey];
        var line = output.Split('\n', 2)[0].Trim();
        return Convert.TryFromBase64String(line, key, out var length) && length == StoreKey.Length
            ? key[..length]
            : throw StoreErrors.KeyUnusable(Keeper, "does not contain a key",
                $"If it is not of another program, delete it (pass rm {EntryName}) and sign in again.");
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> key, CancellationToken cancel)
    {
        var program = Find();
        // Errors of the program are shown, and redaction must know the key.
        var text = new StoreKey(key.Span).Text;
        var input = Encoding.ASCII.GetBytes(text.Reveal() + "\n");
        try
        {
            await RunAsync(program, ["insert", "--multiline", EntryName], input, cancel).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
            GC.KeepAlive(text);
        }
    }

    private static string Find()
    {
        var program = Executable.Find(Program) ?? throw StoreErrors.KeyUnavailable(
            "StorePassMissing", "The program pass is not in PATH.", "Install it, or choose another store.");
        if (!File.Exists(Path.Combine(Folder, ".gpg-id")))
        {
            throw StoreErrors.KeyUnavailable(
                "StorePassNotSetUp", $"The password store {Folder} is not set up.",
                "Set it up with: pass init GPG-ID. Or choose another store.");
        }

        return program;
    }

    private async Task<string> RunAsync(string program, string[] arguments, byte[]? input, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Start(start);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(_timeout);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(late.Token);
            var errors = process.StandardError.ReadToEndAsync(late.Token);
            await FeedAsync(process, input, late.Token).ConfigureAwait(false);
            var text = await output.ConfigureAwait(false);
            await process.WaitForExitAsync(late.Token).ConfigureAwait(false);
            if (process.ExitCode == 0) return text;
            throw Failed($"pass ended with exit code {process.ExitCode}", await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Failed($"pass did not end within {TimeText.Seconds(_timeout)}", null);
        }
        finally
        {
            await StopAsync(process).ConfigureAwait(false);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw StoreErrors.KeyUnavailable("StorePassFailed", $"pass could not be started: {e.Message}", "Check its installation.", e);
        }
    }

    private static async Task FeedAsync(Process process, byte[]? input, CancellationToken cancel)
    {
        try
        {
            if (input is not null) await process.StandardInput.BaseStream.WriteAsync(input, cancel).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already; its exit code says why.
        }
    }

    private static async Task StopAsync(Process process)
    {
        try
        {
            if (process.HasExited) return;
            process.Kill(entireProcessTree: true);
            using var end = new CancellationTokenSource(s_afterKill);
            await process.WaitForExitAsync(end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or OperationCanceledException)
        {
            // It has ended in the meantime, or cannot be ended.
        }
    }

    private static BearerTokenException Failed(string problem, string? errors)
    {
        var text = errors is { Length: > 0 } ? $": {ServerText.Clean(errors.Trim(), LongestError)}" : string.Empty;
        return StoreErrors.KeyUnavailable("StorePassFailed", $"{problem}{text}",
            $"Try it yourself: pass show {EntryName}. GnuPG may need to ask for a passphrase (set GPG_TTY), or choose another store.");
    }
}
