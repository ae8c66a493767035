using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>What ways have in common in which the client proves itself.</summary>
internal abstract class ConfidentialSource : EntraSource
{
    /// <exception cref="BearerTokenException">What was given cannot be used.</exception>
    protected ConfidentialSource(EntraServices services, string flow, EntraClient client) : base(services, ClientMetadata.Of(flow, client))
    {
        client.Authority.MustBeOneTenant();
        if (client.Proof is null)
        {
            throw new BearerTokenException($"Nothing is given that the client {client.ClientId} could prove itself by.")
            {
                ErrorId = "ClientProofMissing",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Give -ClientSecret or -SecretFrom, a certificate (-ClientCertificate, -ClientKey, -ClientCertificateThumbprint), or -ClientAssertionFrom.",
            };
        }

        Client = client;
    }

    public override bool CanRenew => Client.Proof!.CanRenew;

    protected EntraClient Client { get; }

    protected override string Asker => ClientMetadata.Name(Client);

    protected sealed override async Task<AuthenticationResult> AskAsync(TokenResult? previous, MsalRequest request, CancellationToken cancel)
    {
        var application = await request.ConfidentialAsync(Client, cancel).ConfigureAwait(false);
        if (request.Context.Events.IsEnabled(EventLevel.Verbose)) request.Context.Events.Write(new TokenRequested(Client.Authority.Address, Client.ClientId));
        return await AskAsync(application, request, cancel).ConfigureAwait(false);
    }

    protected abstract Task<AuthenticationResult> AskAsync(IConfidentialClientApplication application, MsalRequest request, CancellationToken cancel);
}
