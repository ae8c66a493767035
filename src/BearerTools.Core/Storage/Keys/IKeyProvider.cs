namespace BearerTools.Storage.Keys;

/// <summary>Keeps the key that encrypts a store: 32 random bytes.</summary>
internal interface IKeyProvider
{
    /// <summary>What keeps the key, for messages, such as <c>the key file PATH</c>.</summary>
    string Keeper { get; }

    /// <summary>Reads the key.</summary>
    /// <returns>The key, or <see langword="null"/> if there is none yet. The caller clears it.</returns>
    /// <exception cref="BearerTokenException">The key cannot be read: the keeper is missing, locked, or holds something else.</exception>
    Task<byte[]?> ReadAsync(CancellationToken cancel);

    /// <summary>Keeps a new key. The caller has found that there is none, and holds the lock of the store's key.</summary>
    /// <exception cref="BearerTokenException">It cannot be kept.</exception>
    Task WriteAsync(ReadOnlyMemory<byte> key, CancellationToken cancel);
}
