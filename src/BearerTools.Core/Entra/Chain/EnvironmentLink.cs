using BearerTools.Grants;
using BearerTools.Grants.Keys;
using BearerTools.Tokens;

namespace BearerTools.Entra.Chain;

/// <summary>The client configured by the environment variables shared by Azure's tools.</summary>
internal sealed class EnvironmentLink : ChainLink
{
    /// <summary>
    /// A configuration error. Reported only when this identity's turn comes, because an earlier one may be used.
    /// </summary>
    private readonly BearerTokenException? _fault;

    public EnvironmentLink(IEntraSources sources, ChainOptions options)
    {
        if (Given is not { } given) return;
        try
        {
            Source = sources.ClientCredentials(Client(options, given));
        }
        catch (BearerTokenException e)
        {
            _fault = e;
        }
    }

    public static bool IsConfigured => Given is not null;

    public override string Name => "Environment";

    public override ITokenSource? Source { get; }

    public override bool IsFaulty => _fault is not null;

    private static string? Given =>
        new[] { AzureVariables.ClientSecret, AzureVariables.ClientCertificatePath }
            .FirstOrDefault(name => AzureVariables.Read(name) is not null);

    /// <exception cref="BearerTokenException">The identity is only partly configured.</exception>
    public override ValueTask<string?> UnavailableReasonAsync(TokenRequestContext context, CancellationToken cancel) => _fault is not null
        ? throw _fault
        : new(Source is null ? $"neither {AzureVariables.ClientSecret} nor {AzureVariables.ClientCertificatePath} is set" : null);

    private static EntraClient Client(ChainOptions options, string given) => new()
    {
        Authority = options.Authority(options.Tenant ?? throw ChainOptions.Missing(AzureVariables.TenantId, given)),
        ClientId = AzureVariables.Read(AzureVariables.ClientId) ?? throw ChainOptions.Missing(AzureVariables.ClientId, given),
        Scopes = options.Scopes,
        Proof = given == AzureVariables.ClientSecret ? new SecretProof(Variable(given)) : Certificate(),
    };

    private static CertificateProof Certificate() => new(new ReferencedKey(
        $"file:{Path.GetFullPath(AzureVariables.Read(AzureVariables.ClientCertificatePath)!)}",
        AzureVariables.Read(AzureVariables.ClientCertificatePassword) is null ? null : Variable(AzureVariables.ClientCertificatePassword)));

    private static SecretReference Variable(string name) => SecretReference.Parse($"env:{name}");
}
