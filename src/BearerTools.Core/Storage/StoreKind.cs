namespace BearerTools;

/// <summary>Where tokens are stored.</summary>
public enum StoreKind
{
    /// <summary>In this process, until it ends.</summary>
    Memory,

    /// <summary>In encrypted files whose key is in the key ring of the platform.</summary>
    Keyring,

    /// <summary>In encrypted files with a key file beside them.</summary>
    File,

    /// <summary>In encrypted files whose key is kept by the program <c>pass</c>.</summary>
    Pass,

    /// <summary>Encrypted, in a Redis server that the workers on several machines share.</summary>
    Redis,
}
