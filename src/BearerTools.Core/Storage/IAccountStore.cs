namespace BearerTools.Storage;

/// <summary>
/// Where the accounts of people live, with their refresh tokens: one lump of bytes whose form is the affair of whoever
/// writes it. It holds secrets.
/// </summary>
internal interface IAccountStore
{
    /// <summary>How often all of it has been forgotten.</summary>
    int Clearings { get; }

    /// <summary>Waits until nobody else reads or writes, and keeps others out until it is disposed of.</summary>
    ValueTask<IDisposable> EnterAsync(CancellationToken cancel);

    /// <summary>What was saved last; nothing when that was nothing. Only while it is entered.</summary>
    byte[]? Load();

    /// <summary>Replaces all of it, unless that has been forgotten since. Only while it is entered.</summary>
    /// <param name="content">The new content.</param>
    /// <param name="clearings">What <see cref="Clearings"/> was when the work began: a login that ends after a clearing stores nothing.</param>
    void Save(byte[] content, int clearings);

    /// <summary>Forgets all of it.</summary>
    void Clear();
}
