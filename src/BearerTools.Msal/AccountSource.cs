using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Security;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>
/// Gets a token for another API from an account that has already signed in with this client, without user interaction.
/// </summary>
internal sealed class AccountSource : EntraSource
{
    private readonly EntraClient _client;
    private readonly string? _username;

    public AccountSource(EntraServices services, EntraClient client, string? username)
        : base(services, ClientMetadata.Of("Account", client) with { Account = username })
    {
        _client = client;
        _username = username;
    }

    public override bool CanRenew => true;

    protected override bool KeepsAccounts => true;

    protected override string Requester => _username is null ? "the cached account" : $"the account {ServerText.Clean(_username, 200)}";

    public static async Task<IReadOnlyList<string>> NamesAsync(
        EntraServices services, EntraClient client, IEventSink events, CancellationToken cancel)
    {
        var request = new MsalRequest(services, new TokenRequestContext { Events = events });
        try
        {
            var accounts = await request.Public(client).GetAccountsAsync().WaitAsync(cancel).ConfigureAwait(false);
            return [.. accounts.Select(account => account.Username)];
        }
        catch (MsalException e)
        {
            throw MsalErrors.Of(e, request.Http, "the cached accounts", _ => null);
        }
    }

    protected override void AddTo(TokenKey.Builder key)
    {
        _client.AddTo(key);
        key.Add("account", _username?.ToUpperInvariant());
    }

    protected override async Task<AuthenticationResult> RequestTokenAsync(TokenResult? previous, MsalRequest request,
        CancellationToken cancel)
    {
        var application = request.Public(_client);
        IAccount? account;
        // Once chosen, the account is fixed: another account with the same name must not replace it.
        if (previous?.AccountId is { } id) account = await application.GetAccountAsync(id).ConfigureAwait(false);
        else account = Choose(await application.GetAccountsAsync().ConfigureAwait(false));
        return await SilentLogin.RequestTokenAsync(request, _client, application, account ?? throw Unknown("is no longer cached"),
            cancel).ConfigureAwait(false);
    }

    private IAccount? Choose(IEnumerable<IAccount> accounts)
    {
        var matches = accounts.Where(account =>
            _username is null || string.Equals(account.Username, _username, StringComparison.OrdinalIgnoreCase)).ToArray();
        return matches.Length switch
        {
            1 => matches[0],
            0 => throw Unknown("has not signed in with this client in this session"),
            _ => throw Unknown("is ambiguous: several cached accounts match"),
        };
    }

    private BearerTokenException Unknown(string what) => new($"{char.ToUpperInvariant(Requester[0])}{Requester[1..]} {what}.")
    {
        ErrorId = "AccountNotFound",
        Kind = BearerErrorKind.NotFound,
        NextStep = $"Sign in with Get-BearerToken -Interactive or -DeviceCode, with -TenantId {_client.Authority.Tenant} and the client "
            + $"{_client.ClientId}; then -Account gets tokens for other APIs.",
    };
}
