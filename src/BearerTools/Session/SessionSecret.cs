using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Security;
using BearerTools.Diagnostics;
using BearerTools.Grants.References;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Session;

/// <summary>
/// A secret that a command of another module returns. It is run on the pipeline thread only, because modules and their prompts belong to
/// the session, and once until the token cache is cleared.
/// </summary>
/// <param name="reference">The reference as the user gave it.</param>
internal abstract class SessionSecret(string reference) : ISecretReader
{
    public string Reference => reference;

    public string Shown { get; } = ServerText.Clean(reference, 200);

    public Secret Read()
    {
        if (BearerSession.Secrets.Known(reference) is { } known) return known;
        return Runspace.DefaultRunspace is null ? throw NoSession() : BearerSession.Secrets.Get(reference, ReadHere);
    }

    public async Task<Secret> ReadAsync(IEventSink events, CancellationToken cancel)
    {
        if (BearerSession.Secrets.Known(reference) is { } known) return known;
        if (events.Listener is not ISessionThread thread) throw NoSession();
        try
        {
            return await thread.RunAsync(Read, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Another command that waits for the same token must not take this for its own cancellation.
            throw new BearerTokenException($"{Shown} was not read: the command that was reading it has ended.")
            {
                ErrorId = "SecretUnreadable",
                Kind = BearerErrorKind.Timeout,
                NextStep = "Run the command again.",
            };
        }
    }

    public virtual Task StoreAsync(Secret successor, IEventSink events, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Runs the command on this thread.</summary>
    private protected abstract Secret ReadHere();

    /// <summary>Runs a command of another module in the runspace of this thread.</summary>
    /// <exception cref="BearerTokenException">The command reported an error.</exception>
    private protected PSObject? Run(string command, params (string Name, object? Value)[] parameters)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(command).AddParameter("ErrorAction", ActionPreference.Stop);
        foreach (var (name, value) in parameters)
        {
            if (value is not null) shell.AddParameter(name, value);
        }

        try
        {
            var found = shell.Invoke();
            return found.Count switch
            {
                0 => null,
                1 => found[0],
                _ => throw Failed($"{command} returned {found.Count} objects instead of one secret."),
            };
        }
        catch (Exception e) when (e is not (PipelineStoppedException or FlowControlException or BearerTokenException))
        {
            throw Failed($"{command} failed: {ServerText.Clean(e.Message, 500)}", e);
        }
    }

    /// <summary>True if the session has the command, or a module that it would load.</summary>
    private protected static bool Has(string command)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Get-Command").AddParameter("Name", command).AddParameter("ErrorAction", ActionPreference.Ignore);
        return shell.Invoke().Count > 0;
    }

    /// <summary>The text of a secret as modules return it.</summary>
    private protected Secret Text(PSObject? found) => found?.BaseObject switch
    {
        SecureString { Length: > 0 } secure => Secret.From(secure),
        PSCredential { Password.Length: > 0 } credential => Secret.From(credential.Password),
        string { Length: > 0 } text => new Secret(text),
        null or string or SecureString or PSCredential => throw new BearerTokenException($"{Shown} is empty.")
        {
            ErrorId = "SecretEmpty",
            Kind = BearerErrorKind.NotFound,
            NextStep = "Put the secret there, or use another reference.",
        },
        var other => throw Failed(
            $"It is a value of type {other.GetType().Name}; a secret has to be a SecureString, a string or a PSCredential, whose password "
                + "is used."),
    };

    private protected BearerTokenException Missing(string command, string nextStep) => new(
        $"{Shown} cannot be read: this session has no command {command}.")
    {
        ErrorId = "VaultMissing",
        Kind = BearerErrorKind.NotFound,
        NextStep = nextStep,
    };

    private BearerTokenException Failed(string what, Exception? cause = null) => new($"{Shown} cannot be read. {what}", cause)
    {
        ErrorId = "SecretUnreadable",
        Kind = BearerErrorKind.Permission,
        NextStep = "Check the name, and that the vault is registered and unlocked.",
    };

    private BearerTokenException NoSession() => new(
        $"{Shown} has not been read in this session, and can only be read while a command is running, not in the background.")
    {
        ErrorId = "SecretNeedsSession",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Run Update-BearerToken or Connect-BearerApi.",
    };
}
