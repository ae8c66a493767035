using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>Base class of flows in which the client authenticates with a credential of its own.</summary>
internal abstract class ConfidentialSource : EntraSource
{
    /// <exception cref="BearerTokenException">The client has no credential, or the tenant is not a specific one.</exception>
    protected ConfidentialSource(EntraServices services, string flow, EntraClient client) : base(services, ClientMetadata.Of(flow, client))
    {
        client.Authority.RequireSpecificTenant();
        if (client.Proof is null)
        {
            throw new BearerTokenException($"The client {client.ClientId} has no credential.")
            {
                ErrorId = "ClientProofMissing",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Pass -ClientSecret or -SecretFrom, a certificate (-ClientCertificate, -ClientKey, "
                    + "-ClientCertificateThumbprint), or -ClientAssertionFrom.",
            };
        }

        Client = client;
    }

    public override bool CanRenew => Client.Proof!.CanRenew;

    protected EntraClient Client { get; }

    protected override string Requester => ClientMetadata.Name(Client);

    protected sealed override async Task<AuthenticationResult> RequestTokenAsync(TokenResult? previous, MsalRequest request,
        CancellationToken cancel)
    {
        var application = await request.ConfidentialAsync(Client, cancel).ConfigureAwait(false);
        if (request.Context.Events.IsEnabled(EventLevel.Verbose))
            request.Context.Events.Write(new TokenRequested(Client.Authority.Address, Client.ClientId));
        return await RequestTokenAsync(application, request, cancel).ConfigureAwait(false);
    }

    protected abstract Task<AuthenticationResult> RequestTokenAsync(IConfidentialClientApplication application, MsalRequest request,
        CancellationToken cancel);
}
