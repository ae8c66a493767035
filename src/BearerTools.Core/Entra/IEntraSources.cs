using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Tokens;

namespace BearerTools.Entra;

/// <summary>
/// The ways to a token through Entra ID. The door in the wall: behind it is MSAL, in a load context of its own, and only
/// types of this assembly and of the runtime go through.
/// </summary>
internal interface IEntraSources
{
    /// <summary>The client for itself, by its secret, its certificate or an assertion of someone that Entra trusts.</summary>
    ITokenSource ClientCredentials(EntraClient client);

    /// <summary>The client for the user whose token it was called with.</summary>
    ITokenSource OnBehalfOf(EntraClient client, TokenReference user);

    /// <summary>A person in a browser.</summary>
    ITokenSource Interactive(EntraClient client, EntraLogin login);

    /// <summary>A person who confirms a code on any device.</summary>
    ITokenSource DeviceCode(EntraClient client);

    /// <summary>A person who logged in before, without asking.</summary>
    /// <param name="client">For which client they did.</param>
    /// <param name="username">Who; nothing when it is the only one.</param>
    ITokenSource Account(EntraClient client, string? username);

    /// <summary>The names of the people who logged in with a client, or with one that shares its logins.</summary>
    Task<IReadOnlyList<string>> AccountsAsync(EntraClient client, IEventSink events, CancellationToken cancel);

    /// <summary>Whatever identity the platform gives this machine.</summary>
    ITokenSource ManagedIdentity(ManagedIdentityOptions identity);
}
