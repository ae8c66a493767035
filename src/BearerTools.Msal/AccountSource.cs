using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Security;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>A person who has logged in before with this client: a token for another API without asking them again.</summary>
internal sealed class AccountSource : EntraSource
{
    private readonly EntraClient _client;
    private readonly string? _username;

    public AccountSource(EntraServices services, EntraClient client, string? username) : base(services, ClientMetadata.Of("Account", client) with { Account = username })
    {
        _client = client;
        _username = username;
    }

    public override bool CanRenew => true;

    protected override bool KeepsAccounts => true;

    protected override string Asker => _username is null ? "the account that is kept" : $"the account {ServerText.Clean(_username, 200)}";

    public static async Task<IReadOnlyList<string>> NamesAsync(EntraServices services, EntraClient client, IEventSink events, CancellationToken cancel)
    {
        var request = new MsalRequest(services, new TokenRequestContext { Events = events });
        try
        {
            var accounts = await request.Public(client).GetAccountsAsync().WaitAsync(cancel).ConfigureAwait(false);
            return [.. accounts.Select(account => account.Username)];
        }
        catch (MsalException e)
        {
            throw MsalErrors.Of(e, request.Http, "the accounts that are kept", _ => null);
        }
    }

    protected override void AddTo(TokenKey.Builder key)
    {
        _client.AddTo(key);
        key.Add("account", _username?.ToUpperInvariant());
    }

    protected override async Task<AuthenticationResult> AskAsync(TokenResult? previous, MsalRequest request, CancellationToken cancel)
    {
        var application = request.Public(_client);
        IAccount? account;
        // Once chosen it stays: another account of the same name must not take its place.
        if (previous?.AccountId is { } id) account = await application.GetAccountAsync(id).ConfigureAwait(false);
        else account = Choose(await application.GetAccountsAsync().ConfigureAwait(false));
        return await SilentLogin.AskAsync(request, _client, application, account ?? throw Unknown("is not kept any more"), cancel).ConfigureAwait(false);
    }

    private IAccount? Choose(IEnumerable<IAccount> kept)
    {
        var fitting = kept.Where(account => _username is null || string.Equals(account.Username, _username, StringComparison.OrdinalIgnoreCase)).ToArray();
        return fitting.Length switch
        {
            1 => fitting[0],
            0 => throw Unknown("has not logged in with this client in this session"),
            _ => throw Unknown("is not the only one: several fit"),
        };
    }

    private BearerTokenException Unknown(string what) => new($"{char.ToUpperInvariant(Asker[0])}{Asker[1..]} {what}.")
    {
        ErrorId = "AccountNotFound",
        Kind = BearerErrorKind.NotFound,
        NextStep = $"Log in with Get-BearerToken -Interactive or -DeviceCode, -TenantId {_client.Authority.Tenant} and the client {_client.ClientId}; then -Account gives tokens for other APIs.",
    };
}
