using System.Management.Automation;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Disconnects the caller. The token stays in the cache, unless -Revoke is given.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "BearerApi", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class DisconnectBearerApiCommand : AsyncCmdlet
{
    /// <summary>Revokes the token and its refresh token at the authority (RFC 7009), and removes them from the cache.</summary>
    [Parameter]
    public SwitchParameter Revoke { get; set; }

    /// <summary>Revocation endpoint, for authorities whose metadata does not contain it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Uri? RevocationEndpoint { get; set; }

    private protected override bool EndsWith(Exception error) => true;

    private protected override void Process()
    {
        if (CallerConnection.Get(this) is not { } connection)
        {
            if (Revoke)
                WriteWarning("No token was revoked: nothing is connected. To revoke a token, pass it to Remove-BearerToken -Revoke.");
            return;
        }

        var name = new BearerConnection(connection).ToString();
        if (!ShouldProcess(name, Revoke ? "Disconnect and revoke" : "Disconnect")) return;
        if (!Revoke)
        {
            CallerConnection.Clear(this);
            return;
        }

        // While a mock is active, a real token is not sent to its authority.
        connection = ActiveMocks.Find(this)?.Apply(connection) ?? connection;
        Await((output, cancel) => TokenRevocation.CheckAsync(connection.Tokens, RevocationEndpoint, output, cancel));
        CallerConnection.Clear(this);
        var revocation = new TokenRevocation(connection.Tokens, given: null, RevocationEndpoint);
        Feed(new TokenJob((output, cancel) => revocation.RunAsync(output, cancel)));
    }
}
