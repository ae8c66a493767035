using System.Management.Automation;
using BearerTools.Security;

namespace BearerTools.Session;

/// <summary>A mock, or a recorder, that was started in a runspace.</summary>
/// <param name="Mock">The mock, or <see langword="null"/> for a recorder.</param>
/// <param name="Recorder">The recorder, or <see langword="null"/> for a mock.</param>
/// <param name="AllowsNetwork">True if requests to other origins go to the network.</param>
/// <param name="Place">Where it was started, such as <c>orders.Tests.ps1:12</c>.</param>
/// <param name="Script">Path of the script that it belongs to, or <see langword="null"/> if it was started at the prompt.</param>
internal sealed record ActiveMock(BearerMock? Mock, ActiveRecorder? Recorder, bool AllowsNetwork, string Place, string? Script)
{
    private const string Tests = ".Tests.ps1";

    /// <summary>What the runspace was connected with when the mock was started.</summary>
    public ConnectionSnapshot Before { get; set; } = ConnectionSnapshot.Empty;

    public Origin Origin => Origin.Of(BaseUri);

    public Uri BaseUri => Mock?.BaseUri ?? Recorder!.Recorder.BaseUri;

    /// <summary>The warning about a mock that was not stopped.</summary>
    public string LeftActive =>
        $"The mock for {BaseUri}, started at {Place}, is still active although its script has ended. Stop it with Stop-BearerMock, "
            + "such as in AfterAll, or use Use-BearerMock.";

    /// <summary>Creates the entry of a mock that a command starts.</summary>
    public static ActiveMock Create(PSCmdlet command, BearerMock? mock, ActiveRecorder? recorder, bool allowsNetwork)
    {
        var frames = Scripts(command).ToArray();
        var owner = frames.FirstOrDefault(frame => frame.Path.EndsWith(Tests, StringComparison.OrdinalIgnoreCase)).Path
            ?? frames.LastOrDefault().Path;
        return new ActiveMock(
            mock, recorder, allowsNetwork, frames.Length == 0 ? "the prompt"
                : $"{Path.GetFileName(frames[0].Path)}:{frames[0].Line}", owner);
    }

    /// <summary>True if the script that started it is no longer running.</summary>
    public bool IsLeft(IReadOnlyCollection<string> running) => Script is not null && !running.Contains(Script);

    /// <summary>The scripts that are running, the innermost first.</summary>
    public static IEnumerable<(string Path, int Line)> Scripts(PSCmdlet command) =>
        command.InvokeCommand.InvokeScript("Microsoft.PowerShell.Utility\\Get-PSCallStack")
            .Select(frame => frame.BaseObject).OfType<CallStackFrame>()
            .Where(frame => frame.ScriptName is not null)
            .Select(frame => (frame.ScriptName, frame.ScriptLineNumber));
}
