namespace BearerTools.Entra;

/// <summary>A managed identity of this machine: system-assigned or user-assigned.</summary>
internal sealed record ManagedIdentityOptions
{
    /// <summary>The API, as in <see cref="EntraScope.Resource"/>.</summary>
    public required string Resource { get; init; }

    public IdentityName Name { get; init; }

    /// <summary>
    /// The identifier of the kind given by <see cref="Name"/>; <see langword="null"/> for the system-assigned identity.
    /// </summary>
    public string? Id { get; init; }
}

/// <summary>How a user-assigned identity is identified.</summary>
internal enum IdentityName
{
    /// <summary>The system-assigned identity, which needs no identifier.</summary>
    None,

    ClientId,

    ResourceId,

    ObjectId,
}
