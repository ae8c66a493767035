using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Tokens;

namespace BearerTools.Entra;

/// <summary>
/// Creates Entra ID token sources. The boundary to MSAL, which is loaded in its own load context: only types of this
/// assembly and of the runtime cross it.
/// </summary>
internal interface IEntraSources
{
    /// <summary>Creates a client credentials source, with a secret, a certificate or a federated assertion.</summary>
    ITokenSource ClientCredentials(EntraClient client);

    /// <summary>Creates an on-behalf-of source for the user whose token the client received.</summary>
    ITokenSource OnBehalfOf(EntraClient client, TokenReference user);

    /// <summary>Creates a source for interactive sign-in with a browser.</summary>
    ITokenSource Interactive(EntraClient client, EntraLogin login);

    /// <summary>Creates a source for sign-in with a device code.</summary>
    ITokenSource DeviceCode(EntraClient client);

    /// <summary>Creates a source for an account that has already signed in; needs no user interaction.</summary>
    /// <param name="client">The client that the account signed in with.</param>
    /// <param name="username">The account name; <see langword="null"/> if there is only one account.</param>
    ITokenSource Account(EntraClient client, string? username);

    /// <summary>
    /// Returns the names of the accounts that signed in with a client, or with one that shares its sign-ins.
    /// </summary>
    Task<IReadOnlyList<string>> AccountsAsync(EntraClient client, IEventSink events, CancellationToken cancel);

    /// <summary>Creates a source for a managed identity of this machine.</summary>
    ITokenSource ManagedIdentity(ManagedIdentityOptions identity);
}
