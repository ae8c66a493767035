using System.Management.Automation;
using System.Management.Automation.Runspaces;
using BearerTools.Security;

namespace BearerTools.Pipeline;

/// <summary>
/// A user's script block that returns one text. It runs in the session it was created in, on the thread of a command there.
/// </summary>
internal sealed class PipelineScript(ScriptBlock script)
{
    private readonly Guid _session = Runspace.DefaultRunspace.InstanceId;

    /// <exception cref="BearerTokenException">It fails, returns something other than one text, or belongs to another session.</exception>
    public string? Run()
    {
        // Running it here would wait for its own session, which may be waiting for this one.
        if (Runspace.DefaultRunspace.InstanceId != _session)
            throw ScriptError(
                "belongs to another runspace than this command", "Run Get-BearerToken with a script block created in this runspace.");
        try
        {
            var given = script.Invoke();
            return given is [{ BaseObject: string text }]
                ? text
                : throw ScriptError(
                    $"returned {given.Count} objects instead of one string", "Make it return only the assertion, as a string.");
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw ScriptError($"failed: {ServerText.Clean(e.Message)}", "Correct the script block.");
        }
    }

    private static BearerTokenException ScriptError(string what, string nextStep) => new($"The script block of -ClientAssertion {what}.")
    {
        ErrorId = "ScriptFailed",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
