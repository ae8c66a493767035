namespace BearerTools.Entra.Chain;

/// <summary>What the command line says of all links.</summary>
internal sealed record ChainOptions
{
    public required IReadOnlyList<string> Scopes { get; init; }

    public string? TenantId { get; init; }

    /// <summary>What this machine runs as, where it has several identities. People log in with the well-known client.</summary>
    public string? ClientId { get; init; }

    /// <summary>The cloud, where one is named.</summary>
    public string? Cloud { get; init; }

    /// <summary>The tenant, where one is named here or in the environment.</summary>
    public string? Tenant => TenantId ?? AzureVariables.Read(AzureVariables.TenantId);

    /// <summary>The client of people, in their own organization unless another is named.</summary>
    public EntraClient OfPeople => new()
    {
        Authority = Authority(Tenant ?? EntraAuthority.AnyOrganization),
        ClientId = EntraClient.WellKnownId,
        Scopes = Scopes,
    };

    /// <summary>In the cloud that is named, else in that of the environment.</summary>
    public EntraAuthority Authority(string tenant) => Cloud is null && AzureVariables.Read(AzureVariables.AuthorityHost) is { } host
        ? EntraAuthority.At(tenant, host)
        : EntraAuthority.Of(tenant, Cloud ?? EntraAuthority.AzureCloud);

    /// <summary>An identity that is there and not whole is no reason to take another.</summary>
    public static BearerTokenException Missing(string name, string because) => new($"The environment variable {because} is set, and {name} is not.")
    {
        ErrorId = "InvalidEnvironment",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = $"Set {name} too, or unset {because}.",
    };
}
