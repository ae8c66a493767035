using System.Management.Automation;
using System.Management.Automation.Runspaces;
using BearerTools.Security;

namespace BearerTools.Pipeline;

/// <summary>A script block of the user's that gives one text. It runs in the session that it was written in, on the thread of a command there.</summary>
internal sealed class PipelineScript(ScriptBlock script)
{
    private readonly Guid _session = Runspace.DefaultRunspace.InstanceId;

    /// <exception cref="BearerTokenException">It fails, gives something else than one text, or belongs to another session.</exception>
    public string? Run()
    {
        // Run from here it would wait for that session, which may be busy waiting for this one.
        if (Runspace.DefaultRunspace.InstanceId != _session) throw Wrong("belongs to another runspace than this command", "Run Get-BearerToken with its own script block here.");
        try
        {
            var given = script.Invoke();
            return given is [{ BaseObject: string text }] ? text : throw Wrong($"gave {given.Count} objects instead of one text", "Let it give the assertion as a string, and nothing else.");
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw Wrong($"failed: {ServerText.Clean(e.Message)}", "Correct the script block of -ClientAssertion.");
        }
    }

    private static BearerTokenException Wrong(string what, string nextStep) => new($"The script block that gives the assertion {what}.")
    {
        ErrorId = "ScriptFailed",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
