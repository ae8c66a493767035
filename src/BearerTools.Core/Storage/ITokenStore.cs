using BearerTools.Diagnostics;
using BearerTools.Tokens;

namespace BearerTools.Storage;

/// <summary>
/// Stores tokens for several processes, by <see cref="TokenKey.Identity"/>. An entry is written only under the lock of its identity.
/// Expected faults are <see cref="BearerTokenException"/>s whose <see cref="BearerTokenException.ErrorId"/> begins with <c>Store</c>.
/// </summary>
internal interface ITokenStore
{
    /// <summary>Identifies the store within this process: its kind and its place.</summary>
    string Name { get; }

    /// <summary>Reads the secrets that the store needs itself, if that may take long.</summary>
    /// <exception cref="BearerTokenException">A secret is missing.</exception>
    ValueTask PrepareAsync(IEventSink events, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>
    /// Reads an entry without its lock. An entry that another process is writing is either the old or the new one. An entry that cannot be
    /// used is reported by <see cref="ITokenSlot.ReadAsync"/>, not here.
    /// </summary>
    /// <returns>The entry, or <see langword="null"/>.</returns>
    Task<StoredToken?> ReadAsync(string identity, CancellationToken cancel);

    /// <summary>Waits for the lock of an identity, and holds it until the result is disposed.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <exception cref="BearerTokenException">
    /// The lock was not free in time, and the error names the process that holds it; or the store cannot be written.
    /// </exception>
    Task<ITokenSlot> LockAsync(string identity, IEventSink events, CancellationToken cancel);

    /// <summary>The same, but the wait also ends when the entry changes.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="revision">The revision that the caller knows, or <see langword="null"/> if there was no entry.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>
    /// The slot; <see langword="null"/> if the entry has another revision. A store where a lock is cheap never returns that.
    /// </returns>
    async Task<ITokenSlot?> LockUnlessChangedAsync(string identity, string? revision, IEventSink events, CancellationToken cancel) =>
        await LockAsync(identity, events, cancel).ConfigureAwait(false);

    /// <summary>The same as <see cref="LockAsync"/> to delete the entry, which a store without space allows, too.</summary>
    Task<ITokenSlot> LockToDeleteAsync(string identity, IEventSink events, CancellationToken cancel) => LockAsync(identity, events, cancel);

    /// <summary>All entries that can be read, for display.</summary>
    Task<IReadOnlyList<StoredEntry>> ListAsync(CancellationToken cancel);
}

/// <summary>An entry of a store whose lock is held.</summary>
internal interface ITokenSlot : IAsyncDisposable
{
    /// <summary>
    /// Reads the entry. One that cannot be used is set aside and reported once, and the store continues without it.
    /// </summary>
    Task<StoredToken?> ReadAsync(CancellationToken cancel);

    /// <summary>
    /// Writes the entry, completely or not at all. Once it is written, it survives a crash of the machine. Writing is not cancelled: what
    /// it writes may be the only copy of a refresh token.
    /// </summary>
    /// <returns>The entry with its new <see cref="StoredToken.Revision"/>.</returns>
    /// <exception cref="BearerTokenException">
    /// It could not be written; the previous entry is unchanged. With the id <see cref="StoreErrors.StaleId"/>, the entry is newer.
    /// </exception>
    Task<StoredToken> WriteAsync(StoredToken token);

    /// <summary>
    /// True if the lock is still held. A lock that lasts for a time only is renewed, so that there is time for a token request. Called just
    /// before a refresh token is sent.
    /// </summary>
    ValueTask<bool> ConfirmAsync() => new(true);

    /// <summary>Deletes the entry. Returns false if there is none.</summary>
    Task<bool> DeleteAsync();
}

/// <summary>An entry in a list.</summary>
/// <param name="Identity">Its identity.</param>
/// <param name="Token">The stored token.</param>
internal sealed record StoredEntry(string Identity, StoredToken Token);
