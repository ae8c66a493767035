using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Grants;
using BearerTools.Tokens;

namespace BearerTools.Msal;

/// <summary>Creates the Entra ID token sources. The main assembly finds this type by name.</summary>
internal sealed class EntraSources(EntraServices services) : IEntraSources
{
    public ITokenSource ClientCredentials(EntraClient client) => new ClientCredentialsSource(services, client);

    public ITokenSource OnBehalfOf(EntraClient client, TokenReference user) => new OnBehalfOfSource(services, client, user);

    public ITokenSource Interactive(EntraClient client, EntraLogin login) => new InteractiveSource(services, client, login);

    public ITokenSource DeviceCode(EntraClient client) => new DeviceCodeSource(services, client);

    public ITokenSource Account(EntraClient client, string? username) => new AccountSource(services, client, username);

    public Task<IReadOnlyList<string>> AccountsAsync(EntraClient client, IEventSink events, CancellationToken cancel) =>
        AccountSource.NamesAsync(services, client, events, cancel);

    public ITokenSource ManagedIdentity(ManagedIdentityOptions identity) => new ManagedIdentitySource(services, identity);
}
