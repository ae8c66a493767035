namespace BearerTools.Tokens;

/// <summary>
/// Stores the accounts of users with their refresh tokens, as bytes in the format of the code that writes them. The content is secret.
/// </summary>
internal interface IAccountStore
{
    /// <summary>Number of times that the store was cleared.</summary>
    int Clearings { get; }

    /// <summary>Waits for exclusive access, which lasts until the result is disposed.</summary>
    ValueTask<IDisposable> EnterAsync(CancellationToken cancel);

    /// <summary>The stored content, or <see langword="null"/> if there is none. The caller must hold the lock.</summary>
    byte[]? Load();

    /// <summary>Replaces the stored content unless the store was cleared in the meantime. The caller must hold the lock.</summary>
    /// <param name="content">The new content.</param>
    /// <param name="clearings">
    /// The value of <see cref="Clearings"/> when the work began, so that a login that ends after a clearing stores nothing.
    /// </param>
    void Save(byte[] content, int clearings);

    /// <summary>Deletes the stored content.</summary>
    void Clear();
}
