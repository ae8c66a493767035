namespace BearerTools.Entra;

/// <summary>An identity that the platform gives this machine: its own, or one that was assigned to it.</summary>
internal sealed record ManagedIdentityOptions
{
    /// <summary>The API, as in <see cref="EntraScope.Resource"/>.</summary>
    public required string Resource { get; init; }

    public IdentityName Name { get; init; }

    /// <summary>Which, by that name; nothing for the machine's own.</summary>
    public string? Id { get; init; }
}

/// <summary>What an assigned identity is called by.</summary>
internal enum IdentityName
{
    /// <summary>It is the machine's own, and has no name.</summary>
    None,

    ClientId,

    ResourceId,

    ObjectId,
}
