using BearerTools.Tokens;

namespace BearerTools.Entra.Chain;

/// <summary>An account that has signed in before.</summary>
internal sealed class AccountLink(IEntraSources sources, ChainOptions options) : ChainLink
{
    public override string Name => "Cached account";

    public override ITokenSource Source { get; } = sources.Account(options.UserClient, username: null);

    public override async ValueTask<string?> UnavailableReasonAsync(TokenRequestContext context, CancellationToken cancel) =>
        (await sources.AccountsAsync(options.UserClient, context.Events, cancel).ConfigureAwait(false)).Count == 0
            ? "no account has signed in with -Interactive in this session"
            : null;
}

/// <summary>A user who signs in interactively.</summary>
internal sealed class InteractiveLink(IEntraSources sources, ChainOptions options) : ChainLink
{
    public override string Name => "Interactive sign-in";

    public override ITokenSource Source { get; } = sources.Interactive(options.UserClient, new EntraLogin());

    public override ValueTask<string?> UnavailableReasonAsync(TokenRequestContext context, CancellationToken cancel) =>
        new(context.UserPrompt is { } prompt ? prompt.UnavailableReason : "this command cannot prompt the user");
}
