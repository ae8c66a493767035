using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using BearerTools.Diagnostics;
using BearerTools.Security;

namespace BearerTools.Grants.References;

/// <summary>
/// A secret that a program writes to its standard output: the value alone, or the lines of git's credential protocol
/// (https://git-scm.com/docs/git-credential#IOFMT). The program is started without a shell and without input.
/// </summary>
internal sealed class CommandSecret : ISecretReader
{
    public const string Scheme = "command";

    private const int LongestError = 4096;
    private const int LongestQuote = 300;
    private const string PasswordLine = "password=";

    private static readonly SearchValues<char> s_attribute = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_[]");

    /// <summary>A program in the background may keep the output open; what was written is read after this time.</summary>
    private static readonly TimeSpan s_outputGrace = TimeSpan.FromSeconds(1);

    private readonly string _program;
    private readonly string[] _arguments;
    private readonly TimeSpan _limit;

    /// <param name="commandLine">The program with its arguments, as <see cref="ArgumentText"/> describes them.</param>
    /// <param name="limit">Maximum run time (default: 10 seconds).</param>
    /// <exception cref="BearerTokenException">The command line is empty, or a quotation mark is not closed.</exception>
    public CommandSecret(string commandLine, TimeSpan? limit = null)
    {
        if (ArgumentText.Split(commandLine) is not [{ Length: > 0 } program, .. var arguments])
        {
            throw new BearerTokenException(
                "The command of the secret reference is not valid: a quotation mark is not closed, or the program is missing.")
            {
                ErrorId = "InvalidSecretReference",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Use command:PROGRAM ARGUMENTS, with quotation marks around parts that contain spaces.",
            };
        }

        _program = program;
        _arguments = arguments;
        _limit = limit ?? TimeSpan.FromSeconds(10);
        Shown = $"{Scheme}:{ServerText.Clean(program, 100)}";
    }

    /// <summary>The program only: its arguments may contain a secret.</summary>
    public string Shown { get; }

    public Secret Read() =>
#pragma warning disable RS0030 // Parameters are bound synchronously; the limit, and the stop of the command, end the wait.
        ReadAsync(EventSink.None, SpecialFile.Cancellation).GetAwaiter().GetResult();
#pragma warning restore RS0030

    public async Task<Secret> ReadAsync(IEventSink events, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var process = Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_limit);
        try
        {
            process.StandardInput.Close();
            var errors = new CapturedOutput(process.StandardError.BaseStream, LongestError, dropsRest: true);
            var output = new CapturedOutput(process.StandardOutput.BaseStream, SecretReference.LongestSecret);
            // A program that writes too much is not waited for: it may never end.
            await Task.WhenAny(output.TooLong, process.WaitForExitAsync(limit.Token)).Unwrap().ConfigureAwait(false);
            await output.EndAsync(s_outputGrace, limit.Token).ConfigureAwait(false);
            if (output.IsTooLong) throw Failed("SecretUnreadable", "wrote more than 1 MiB, the limit for a secret.");
            // Known before the text of an error is created, which may repeat it.
            var value = new Secret(Value(output.Text));
            var line = new Secret(value.Reveal().Trim());
            await errors.EndAsync(s_outputGrace, limit.Token).ConfigureAwait(false);
            if (process.ExitCode != 0) throw Ended(process.ExitCode, errors.Text);
            if (line.Reveal().Length == 0) throw Empty(output.Text, errors.Text);
            GC.KeepAlive(line);
            return value;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Failed(
                "SecretTimeout", $"did not end within {TimeText.Seconds(_limit)}, and was stopped. It gets no input, so it cannot ask for "
                    + "anything.", BearerErrorKind.Timeout);
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>The output of a program cannot be written.</summary>
    public Task StoreAsync(Secret successor, IEventSink events, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>
    /// The value of the line <c>password=</c> if all lines are attributes as git's credential helpers write them; else the whole output.
    /// </summary>
    private static string Value(string output)
    {
        var lines = output.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).ToArray();
        return lines.All(IsAttribute) && lines.FirstOrDefault(line => line.StartsWith(PasswordLine, StringComparison.Ordinal)) is { } found
            ? found[PasswordLine.Length..]
            : output;
    }

    private static bool IsAttribute(string line) =>
        line.IndexOf('=', StringComparison.Ordinal) is > 0 and var end
            && line.AsSpan(0, end).IndexOfAnyExcept(s_attribute) < 0;

    private Process Start()
    {
        var file = Executable.Find(Expanded(_program)) ?? throw NotFound();
        var info = new ProcessStartInfo(file)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in _arguments) info.ArgumentList.Add(argument);
        try
        {
            return Process.Start(info)!;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException or ArgumentException)
        {
            throw Failed("SecretUnreadable", $"cannot be started: {e.Message}");
        }
    }

    private static string Expanded(string program) => program.StartsWith("~/", StringComparison.Ordinal)
        ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), program[2..])
        : program;

    private static void End(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or NotSupportedException or AggregateException)
        {
            // It has ended in the meantime, or belongs to another user.
        }
    }

    private BearerTokenException Ended(int code, string errors)
    {
        var text = ServerText.Sentence(errors.Trim(), LongestQuote);
        return Failed(
            "SecretUnreadable",
            $"ended with code {code.ToString(CultureInfo.InvariantCulture)}{(text.Length > 0 ? $": {text}" : " and no error message.")}");
    }

    private BearerTokenException Empty(string output, string errors)
    {
        var quoted = ServerText.Clean(errors.Trim(), LongestQuote);
        return Failed(
            "SecretEmpty",
            output.Trim().Length > 0 ? "wrote an empty password."
            : quoted.Length > 0 ? $"wrote nothing but an error message: {quoted}"
            : "wrote nothing.");
    }

    private BearerTokenException NotFound() => Path.IsPathFullyQualified(Expanded(_program)) && Path.Exists(Expanded(_program))
        ? NotAProgram(Expanded(_program))
        : Missing();

    /// <summary>The error for a path where something is that cannot be started.</summary>
    private BearerTokenException NotAProgram(string path)
    {
        var isFolder = Directory.Exists(path);
        return new($"The program '{ServerText.Clean(_program, 100)}' cannot be started: it is {(isFolder ? "a folder"
            : OperatingSystem.IsWindows() ? "not an .exe file" : "not executable")}.")
        {
            ErrorId = "SecretUnreadable",
            Kind = BearerErrorKind.Permission,
            NextStep = isFolder || OperatingSystem.IsWindows()
                ? "Use the path of a program. A script must be started with its shell, such as command:sh FILE."
                : $"Run: chmod u+x {ShellText.Quote(path)}. Or start a script with its shell, such as command:sh FILE.",
        };
    }

    private BearerTokenException Missing() => new($"The program '{ServerText.Clean(_program, 100)}' was not found.")
    {
        ErrorId = "SecretNotFound",
        Kind = BearerErrorKind.NotFound,
        NextStep = "Use the name of a program in a folder of PATH, or its absolute path. A script that needs a shell must be started "
            + "with it, such as command:sh FILE.",
    };

    private BearerTokenException Failed(string id, string what, BearerErrorKind kind = BearerErrorKind.InvalidData) =>
        new($"The program '{ServerText.Clean(_program, 100)}' that gives the secret {what}")
        {
            ErrorId = id,
            Kind = kind,
            NextStep = "Run the program by itself to see what it writes.",
        };
}
