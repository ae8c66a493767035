using System.Management.Automation;
using System.Net;
using BearerTools.Pipeline;
using BearerTools.Running;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>The cached token, or a new one; and from then on the one that Invoke-BearerRequest sends.</summary>
[Cmdlet(VerbsCommon.Get, "BearerToken", DefaultParameterSetName = Flow.ClientCredentials)]
[OutputType(typeof(AccessToken), typeof(string))]
public sealed class GetBearerTokenCommand : TokenFlowCommand
{
    /// <summary>A new token, though the cached one is still good.</summary>
    [Parameter]
    public SwitchParameter ForceRefresh { get; set; }

    /// <summary>The token itself as text, for programs that take nothing else. It is then yours to keep secret.</summary>
    [Parameter]
    public SwitchParameter AsPlainText { get; set; }

    private protected override void Begin() => FormatData.EnsureLoaded(this);

    private protected override void Process()
    {
        Connection connection;
        try
        {
            connection = Connect();
        }
        catch (Exception e) when (e is IBearerError)
        {
            Terminate(e);
            return;
        }

        if (!ForceRefresh && connection.Tokens.Fresh is { } token)
        {
            WriteAtOnce(Use(connection, token));
            return;
        }

        var prompt = UserPrompt;
        Feed(new TokenJob((output, cancel) => GetAsync(connection, prompt, output, cancel)));
    }

    /// <summary>There is one input, the command line: what is wrong with it ends the command.</summary>
    private protected override bool EndsWith(Exception error) => true;

    private async Task<object?> GetAsync(Connection connection, IUserPrompt prompt, JobOutput output, CancellationToken cancel)
    {
        var say = SayTo(output);
        if (ForceRefresh) connection.Tokens.Source.ForgetRejection();
        var token = ForceRefresh
            ? await connection.Tokens.RenewAsync(say, cancel, prompt).ConfigureAwait(false)
            : await connection.Tokens.GetAsync(say, cancel, prompt).ConfigureAwait(false);
        return Use(connection, token);
    }

    private object Use(Connection connection, AccessToken token)
    {
        // Forgotten in the meantime, it would ask anew for every request.
        if (!connection.Tokens.IsForgotten) BearerSession.Current = connection;
        return AsPlainText ? new NetworkCredential(string.Empty, token.Token).Password : token;
    }
}
