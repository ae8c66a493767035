namespace BearerTools.Entra.Chain;

/// <summary>Command-line options that apply to all identities of the chain.</summary>
internal sealed record ChainOptions
{
    public required IReadOnlyList<string> Scopes { get; init; }

    public string? TenantId { get; init; }

    /// <summary>
    /// The client id of the workload or managed identity, where there are several. Users sign in with the well-known
    /// client.
    /// </summary>
    public string? ClientId { get; init; }

    /// <summary>The cloud given with -Environment, or <see langword="null"/>.</summary>
    public string? Cloud { get; init; }

    /// <summary>The tenant given on the command line or in the environment, or <see langword="null"/>.</summary>
    public string? Tenant => TenantId ?? AzureVariables.Read(AzureVariables.TenantId);

    /// <summary>The client for user sign-in; in the user's own organization unless a tenant is given.</summary>
    public EntraClient UserClient => new()
    {
        Authority = Authority(Tenant ?? EntraAuthority.AnyOrganization),
        ClientId = EntraClient.WellKnownId,
        Scopes = Scopes,
    };

    /// <summary>Returns the authority in the named cloud, or in the environment's cloud if none is named.</summary>
    public EntraAuthority Authority(string tenant) => Cloud is null && AzureVariables.Read(AzureVariables.AuthorityHost) is { } host
        ? EntraAuthority.At(tenant, host)
        : EntraAuthority.Of(tenant, Cloud ?? EntraAuthority.AzureCloud);

    /// <summary>The error for a partly configured identity: it must not silently fall back to another identity.</summary>
    public static BearerTokenException Missing(string name, string because) => new($"The environment variable {because} is set, but "
        + $"{name} is not.")
    {
        ErrorId = "InvalidEnvironment",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = $"Set {name} too, or unset {because}.",
    };
}
