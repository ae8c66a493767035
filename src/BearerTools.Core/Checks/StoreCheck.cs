using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Storage;

namespace BearerTools.Checks;

/// <summary>The step that tests the server that keeps the tokens of a connection. It changes nothing there.</summary>
/// <param name="steps">The checklist.</param>
/// <param name="connection">The connection.</param>
/// <param name="events">Receives diagnostic events.</param>
internal sealed class StoreCheck(CheckSteps steps, Connection connection, IEventSink events)
{
    /// <summary>True for a connection whose tokens are kept in a server.</summary>
    public static bool AppliesTo(Connection? connection) =>
        connection is { IsMocked: false } && TokenStores.KindOf(connection.Tokens.Source) == StoreKind.Redis;

    public async Task RunAsync(CancellationToken cancel)
    {
        if (connection.Tokens.Source is not StoredSource source || connection.Fleet is not { } fleet) return;
        var begun = connection.Services.Time.GetTimestamp();
        try
        {
            await fleet.CheckAsync(isForTokens: true, events, cancel).ConfigureAwait(false);
            var hasToken = await fleet.CanOpenAsync(source.Identity, cancel).ConfigureAwait(false);
            steps.Pass(
                CheckSteps.Store,
                hasToken ? "Redis responds, and the key opens the stored token" : "Redis responds; no token is stored yet",
                connection.Services.Time.GetElapsedTime(begun));
        }
        catch (BearerTokenException e) when (TokenStores.MayGoOn(source, e))
        {
            steps.Warn(
                CheckSteps.Store,
                "Redis cannot be used now",
                $"{e.Message} This process requests a token of its own (-StoreFallback).",
                e.NextStep!);
        }
        catch (BearerTokenException e)
        {
            steps.Fail(CheckSteps.Store, e);
        }
    }
}
