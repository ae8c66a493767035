namespace BearerTools;

/// <summary>Where a token is kept while the server of its store is away.</summary>
public enum StoreFallbackKind
{
    /// <summary>In this process, which requests one of its own.</summary>
    Memory,
}
