using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Entra;
using BearerTools.Entra.Assertions;
using BearerTools.Grants;
using BearerTools.Pipeline;
using BearerTools.Security;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Microsoft Entra ID: -TenantId makes of each way that both have the one through Entra. In no parameter set, as the client's other parameters.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>The tenant of Entra ID: its id or one of its domains; for people also organizations, common or consumers.</summary>
    [Parameter]
    [Alias("Tenant")]
    [ValidateNotNullOrEmpty]
    public string? TenantId { get; set; }

    /// <summary>The cloud that the tenant is in.</summary>
    [Parameter]
    [ValidateSet(EntraAuthority.AzureCloud, EntraAuthority.AzureChinaCloud, EntraAuthority.AzureUSGovernment)]
    public string Environment { get; set; } = EntraAuthority.AzureCloud;

    /// <summary>A script block that gives the assertion of an issuer that Entra ID trusts for this client. It runs in Get-BearerToken and Update-BearerToken only.</summary>
    [Parameter]
    public ScriptBlock? ClientAssertion { get; set; }

    /// <summary>Where such assertions are: file:PATH, env:NAME, github, azurepipelines or workloadidentity.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(AssertionPlaceCompleter))]
    public string? ClientAssertionFrom { get; set; }

    /// <summary>Whether the client's parameters are those of Entra ID, whatever the way.</summary>
    private bool NamesEntra => (TenantId ?? ClientAssertionFrom ?? (object?)ClientAssertion) is not null;

    private ITokenSource EntraClientCredentials() => BearerSession.Entra.ClientCredentials(ProvenClient());

    /// <summary>A client that proves itself.</summary>
    private EntraClient ProvenClient()
    {
        var place = ClientAssertionFrom is null ? null : AssertionPlace.Parse(ClientAssertionFrom, text => PSLocation.Reference(this, text), BearerSession.Backchannel);
        var tenant = TenantId ?? place?.TenantId ?? throw Conflict("No tenant is named.", "Give its id or one of its domains with -TenantId.");
        return new EntraClient
        {
            Authority = place?.AuthorityHost is { } host && !MyInvocation.BoundParameters.ContainsKey(nameof(Environment)) ? EntraAuthority.At(tenant, host) : EntraAuthority.Of(tenant, Environment),
            ClientId = ClientId ?? place?.ClientId ?? throw Conflict("No client is named.", "Give its id with -ClientId."),
            Scopes = EntraScopes(),
            Proof = Proof(place?.Proof),
        };
    }

    private ClientProof? Proof(AssertionProof? assertion)
    {
        if (ClientSecret is not null && SecretFrom is not null) throw Conflict("-ClientSecret and -SecretFrom both name the secret.", "Give one of them.");
        if (ClientAssertion is not null && assertion is not null) throw Conflict("-ClientAssertion and -ClientAssertionFrom both give the assertion.", "Give one of them.");
        assertion ??= ClientAssertion is null ? null : new ScriptAssertion(ClientAssertion.ToString(), new PipelineScript(ClientAssertion).Run);
        var key = Key();
        // With a key it is what opens that.
        var secret = ClientSecret is not null ? SecretReference.To(Secret.From(ClientSecret)) : ClientKey is null ? SecretReferenceOrNothing : null;
        if (new object?[] { assertion, key, secret }.Count(proof => proof is not null) > 1)
            throw Conflict("The client is given several things to prove itself by.", "Give one of them: a secret, a certificate, or an assertion.");
        return assertion ?? (key is not null ? new CertificateProof(key) : secret is not null ? new SecretProof(secret) : (ClientProof?)null);
    }

    private IReadOnlyList<string> EntraScopes()
    {
        Refuse(
            nameof(Authority), nameof(TokenEndpoint), nameof(KeyId), nameof(SigningAlgorithm), nameof(AssertionAudience), nameof(ClientAuthenticationMethod),
            nameof(AdditionalParameter), nameof(DPoP));
        return EntraScope.Of(Wanted().Scopes, Resource);
    }
}
