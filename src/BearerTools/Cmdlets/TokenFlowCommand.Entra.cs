using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Entra;
using BearerTools.Entra.Assertions;
using BearerTools.Pipeline;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Microsoft Entra ID: -TenantId selects the Entra variant of a flow that other authorities have too.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>Entra tenant: its id or one of its domains. For users also organizations, common or consumers.</summary>
    [Parameter(ParameterSetName = Flow.EntraClientCredentials, Mandatory = true)]
    [Parameter(ParameterSetName = Flow.EntraInteractive, Mandatory = true)]
    [Parameter(ParameterSetName = Flow.EntraDeviceCode, Mandatory = true)]
    [Parameter(ParameterSetName = Flow.OnBehalfOf), Parameter(ParameterSetName = Flow.Account)]
    [Parameter(ParameterSetName = Flow.DefaultChain)]
    [Alias("Tenant")]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? TenantId { get; set; }

    /// <summary>The cloud that the tenant is in.</summary>
    [Parameter(ParameterSetName = Flow.EntraClientCredentials), Parameter(ParameterSetName = Flow.EntraClientAssertion)]
    [Parameter(ParameterSetName = Flow.OnBehalfOf), Parameter(ParameterSetName = Flow.EntraInteractive)]
    [Parameter(ParameterSetName = Flow.EntraDeviceCode), Parameter(ParameterSetName = Flow.Account)]
    [Parameter(ParameterSetName = Flow.DefaultChain)]
    [ArgumentCompleter(typeof(ListedValueCompleter))]
    [CheckedWhenRun(typeof(string), EntraAuthority.AzureCloud, EntraAuthority.AzureChinaCloud, EntraAuthority.AzureUSGovernment)]
    public string Environment { get; set; } = EntraAuthority.AzureCloud;

    /// <summary>
    /// Script block that returns an assertion of an issuer that Entra ID trusts for this client. It runs in the calling session,
    /// never during a background renewal.
    /// </summary>
    [Parameter(ParameterSetName = Flow.EntraClientCredentials), Parameter(ParameterSetName = Flow.OnBehalfOf)]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(ScriptBlock))]
    public ScriptBlock? ClientAssertion { get; set; }

    /// <summary>Source of such assertions: file:PATH, env:NAME, command:PROGRAM, github, azurepipelines or workloadidentity.</summary>
    [Parameter(ParameterSetName = Flow.EntraClientAssertion, Mandatory = true), Parameter(ParameterSetName = Flow.EntraClientCredentials)]
    [Parameter(ParameterSetName = Flow.OnBehalfOf)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(AssertionPlaceCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? ClientAssertionFrom { get; set; }

    private ITokenSource EntraClientCredentials() => BearerSession.Services.Entra.ClientCredentials(ConfidentialClient());

    private EntraClient ConfidentialClient()
    {
        CheckProofs();
        var place = ClientAssertionFrom is null
            ? null
            : AssertionPlace.Parse(ClientAssertionFrom, Reference, BearerSession.Services.Backchannel);
        var tenant = TenantId ?? place?.TenantId
            ?? throw Conflict("No tenant is given.", "Pass the tenant's id or one of its domains with -TenantId.");
        return new EntraClient
        {
            Authority = place?.AuthorityHost is { } host && !IsTyped(nameof(Environment))
                ? EntraAuthority.At(tenant, host)
                : EntraAuthority.Of(tenant, Environment),
            ClientId = ClientId ?? place?.ClientId ?? throw Conflict("No client id is given.", "Pass the client id with -ClientId."),
            Scopes = EntraScope.Of(CreateScope().Scopes, Resource),
            Proof = CreateProof(place?.Proof),
        };
    }

    private ClientProof? CreateProof(AssertionProof? assertion) =>
        assertion is not null ? assertion
        : ClientAssertion is not null ? new ScriptAssertion(ClientAssertion.ToString(), new PipelineScript(ClientAssertion).Run)
        : CreateKey() is { } key ? new CertificateProof(key)
        : CreateSecret() is { } secret ? new SecretProof(secret)
        : null;
}
