using BearerTools.Tokens;

namespace BearerTools.Entra.Chain;

/// <summary>The person who logged in before.</summary>
internal sealed class AccountLink(IEntraSources sources, ChainOptions options) : ChainLink
{
    public override string Name => "Account that is kept";

    public override ITokenSource Source { get; } = sources.Account(options.OfPeople, username: null);

    public override async ValueTask<string?> UnavailableReasonAsync(TokenRequestContext context, CancellationToken cancel) =>
        (await sources.AccountsAsync(options.OfPeople, context.Events, cancel).ConfigureAwait(false)).Count == 0 ? "nobody has logged in by -Interactive in this session" : null;
}

/// <summary>The person who sits here, if one does.</summary>
internal sealed class InteractiveLink(IEntraSources sources, ChainOptions options) : ChainLink
{
    public override string Name => "Person at a browser";

    public override ITokenSource Source { get; } = sources.Interactive(options.OfPeople, new EntraLogin());

    public override ValueTask<string?> UnavailableReasonAsync(TokenRequestContext context, CancellationToken cancel) =>
        new(context.UserPrompt is { } prompt ? prompt.UnavailableReason : "nobody can be asked by this command");
}
