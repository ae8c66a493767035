using System.Management.Automation;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Session;

/// <summary>
/// A secret in a vault of the module SecretManagement: <c>vault:NAME</c> in the default vault, or <c>vault:VAULT/NAME</c>
/// (https://learn.microsoft.com/powershell/utility-modules/secretmanagement/overview).
/// </summary>
internal sealed class VaultSecret : SessionSecret
{
    private const string ReadCommand = "Get-Secret";
    private const string WriteCommand = "Set-Secret";

    private readonly string? _vault;
    private readonly string _name;

    /// <param name="reference">The reference, with its scheme.</param>
    /// <exception cref="BearerTokenException">The name of the vault or of the secret is missing.</exception>
    public VaultSecret(string reference) : base(reference)
    {
        var text = reference[(SecretReference.VaultScheme.Length + 1)..];
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        (_vault, _name) = slash < 0 ? (null, text) : (text[..slash], text[(slash + 1)..]);
        if (_name.Length > 0 && _vault is not "") return;
        throw new BearerTokenException("The reference to a vault has no name of a secret.")
        {
            ErrorId = "InvalidSecretReference",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Use vault:NAME, or vault:VAULT/NAME for another vault than the default one.",
        };
    }

    /// <summary>Names of secrets that begin with a text, for completion. Empty if there is no vault, or it is locked.</summary>
    public static IReadOnlyList<string> Find(string? vault, string start)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Get-SecretInfo").AddParameter("Name", WildcardPattern.Escape(start) + "*")
            .AddParameter("ErrorAction", ActionPreference.Ignore);
        if (vault is not null) shell.AddParameter("Vault", vault);
        try
        {
            return [.. shell.Invoke().Select(found => found.Properties["Name"]?.Value?.ToString()).OfType<string>()];
        }
        catch (RuntimeException)
        {
            return [];
        }
    }

    public override async Task StoreAsync(Secret successor, IEventSink events, CancellationToken cancel)
    {
        // First of all: there is no other copy of it, whatever happens to this command.
        BearerSession.Secrets.Replace(this, successor);
        string? error;
        try
        {
            error = events.Listener is ISessionThread thread
                ? await thread.RunAsync(Store, cancel).ConfigureAwait(false)
                : "It was renewed in the background";
        }
        catch (OperationCanceledException)
        {
            error = "The command ended before that";
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            error = ServerText.Clean(e.Message, 500);
        }

        if (error is not null && events.IsEnabled(EventLevel.Warning)) events.Write(new SecretNotStored(Shown, error));
    }

    /// <summary>Stores the successor that is not stored yet. On the pipeline thread.</summary>
    /// <returns>The error, or <see langword="null"/>.</returns>
    public string? Store()
    {
        if (BearerSession.Secrets.SuccessorOf(Reference) is not { } successor) return null;
        try
        {
            if (!Has(WriteCommand)) return $"This session has no command {WriteCommand}";
            using var value = successor.ToSecureString();
            Run(WriteCommand, ("Name", _name), ("Secret", value), ("Vault", _vault));
            BearerSession.Secrets.Stored(Reference, successor);
            return null;
        }
        catch (BearerTokenException e)
        {
            return (e.InnerException ?? e).Message;
        }
    }

    private protected override Secret ReadHere() => Has(ReadCommand)
        ? Text(Run(ReadCommand, ("Name", _name), ("Vault", _vault)))
        : throw Missing(
            ReadCommand,
            "Install a vault: Install-PSResource Microsoft.PowerShell.SecretManagement, Microsoft.PowerShell.SecretStore, then "
                + "Register-SecretVault.");
}
