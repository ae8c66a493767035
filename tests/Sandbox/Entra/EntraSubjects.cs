namespace BearerTools.Sandbox.Entra;

/// <summary>A user of the tenant.</summary>
internal sealed record EntraUser(string Name, string DisplayName)
{
    public string Id { get; } = Guid.NewGuid().ToString();
}

/// <summary>A managed identity, by the three names one may ask for it with.</summary>
internal sealed record EntraIdentity(string ResourceId)
{
    public string ClientId { get; } = Guid.NewGuid().ToString();

    public string ObjectId { get; } = Guid.NewGuid().ToString();
}
