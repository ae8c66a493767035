using System.Net;
using BearerTools.Entra;
using BearerTools.Fuzz.Support;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Msal;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Tokens;

namespace BearerTools.Fuzz.Targets;

/// <summary>Responses of Entra ID and of platforms with identities, alone and through MSAL.</summary>
internal static class EntraTargets
{
    public static IEnumerable<Target> All { get; } =
    [
        new("EntraErrors", "error", text => _ = EntraErrors.Read("x", text, HttpStatusCode.BadRequest, TimeSpan.FromSeconds(1))),
        new("ManagedIdentityErrors", "error", text => _ = (ManagedIdentityErrors.Read("x", text, HttpStatusCode.BadRequest, null), ManagedIdentityErrors.Read("x", text, HttpStatusCode.NotFound, null))),
        Target.OfTask("EntraTokens", "token", text => AcquireAsync(text, HttpStatusCode.OK)),
        Target.OfTask("EntraRefusals", "error", text => AcquireAsync(text, HttpStatusCode.BadRequest)),
    ];

    /// <summary>With a client of its own each time, because MSAL remembers what a client was told.</summary>
    private static async Task AcquireAsync(string text, HttpStatusCode status)
    {
        using var accounts = new AccountsInMemory();
        using var sockets = new SameBody(Mutants.Bytes(text), status);
        var client = new EntraClient
        {
            Authority = EntraAuthority.Of("contoso.com"),
            ClientId = Guid.NewGuid().ToString(),
            Scopes = EntraScope.Of([], ["https://graph.microsoft.com"]),
            Proof = new SecretProof(SecretReference.To(new Secret("client-secret"))),
        };
        var sources = new EntraSources(new EntraServices(sockets, TimeProvider.System, new NoBrowser(), accounts));
        _ = await sources.ClientCredentials(client).AcquireAsync(TokenRequestContext.Default, default);
    }

    private sealed class NoBrowser : IBrowser
    {
        public Task OpenAsync(Uri address, CancellationToken cancel) => Task.CompletedTask;
    }
}
