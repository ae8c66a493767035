using System.Diagnostics.CodeAnalysis;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Storage;

/// <summary>
/// A source whose tokens are shared by all processes that use the same store. Under a lock between processes it reads the stored token
/// again, and uses it if another process has renewed it; else it renews and stores it. A cache entry uses it like any other source.
/// </summary>
/// <remarks>
/// An authority that rotates refresh tokens takes a second use as theft and ends the login (RFC 9700 section 4.14.2). So a refresh token
/// is always read under the lock that it is used under. The only other one that is sent is one that this process got and could not store.
/// </remarks>
internal sealed class StoredSource : ITokenSource
{
    /// <summary>Error ids of stores that cannot be used now, but may be later.</summary>
    private static readonly string[] s_away = [StoreErrors.UnavailableId, StoreErrors.FullId, StoreErrors.LockedId];

    private readonly ITokenSource _source;
    private readonly ITokenStore _store;
    private readonly TimeProvider _time;
    private readonly string _identity;
    private readonly object _gate = new();
    private string? _lastRead;
    private (Secret Token, DateTimeOffset On)? _shared;
    private TokenResult? _unstored;
    private string? _unstoredAfter;

    /// <summary>Revision of the entry that this source has created; <see langword="null"/> if there was one before.</summary>
    private string? _created;

    /// <param name="source">The source.</param>
    /// <param name="store">The store.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fallsBack">
    /// True to request a token without the store while that is away. Only for sources that can start over at any time. It is a part of the
    /// key: a connection that must not do so shares no token with one that does.
    /// </param>
    /// <exception cref="BearerTokenException">
    /// The identity of the source's tokens depends on a secret, or they are bound to a key.
    /// </exception>
    public StoredSource(ITokenSource source, ITokenStore store, TimeProvider time, bool fallsBack = false)
    {
        if (ReasonAgainst(source) is { } reason) throw StoreErrors.NotStorable(source.Metadata.Flow ?? "unknown", reason);
        (_source, _store, _time) = (source, store, time);
        _identity = source.Key.Identity;
        FallsBack = fallsBack;
        Key = new TokenKey.Builder()
            .Add("store", store.Name).Add("fallback", fallsBack ? "memory" : "none").Add("source", source.Key).Build();
        Authority = source.Authority is { } authority ? new StoredAuthority(authority, store, _identity) : null;
    }

    /// <summary>Which store it is.</summary>
    public StoreKind Kind { get; init; } = StoreKind.File;

    /// <summary>True if a token is requested without the store while that is away.</summary>
    public bool FallsBack { get; }

    /// <summary>The accounts that the store keeps, or <see langword="null"/>.</summary>
    public IAccountStore? Accounts { get; init; }

    public TokenKey Key { get; }

    public TokenMetadata Metadata => _source.Metadata;

    public bool CanRenew => _source.CanRenew;

    public bool CanStartOver => _source.CanStartOver;

    public IEnumerable<Origin> Origins => _source.Origins;

    public ITokenAuthority? Authority { get; }

    public bool TakesClaims => _source.TakesClaims;

    public bool IsShared => true;

    /// <summary>Identifies the entry in the store.</summary>
    public string Identity => _identity;

    /// <summary>The source that requests the tokens.</summary>
    public ITokenSource Source => _source;

    /// <summary>The store.</summary>
    public ITokenStore Store => _store;

    /// <summary>True if the store had no token before this source stored one.</summary>
    public bool HasCreated => Volatile.Read(ref _created) is not null;

    /// <summary>The reason, as a clause, why the tokens of a source cannot be stored; <see langword="null"/> if they can.</summary>
    public static string? ReasonAgainst(ITokenSource source) =>
        !source.Key.IsIdentityComplete ? "a secret says whose token it is, and secrets are not stored"
        : source.Metadata.ProofKey is not null ? "it is bound to a key of this session (DPoP)"
        : source.NotStorableReason;

    /// <summary>
    /// The time when a token was stored, which is the same for all processes that use it; <see langword="null"/> if it is not stored.
    /// </summary>
    public DateTimeOffset? StoredOn(AccessToken token)
    {
        lock (_gate) return _shared is { } shared && shared.Token.Reveal() == token.Value.Reveal() ? shared.On : null;
    }

    /// <summary>Deletes the stored token, so that no process finds it any more. The authority is not told.</summary>
    /// <exception cref="BearerTokenException">The lock was not free in time, or the store cannot be written.</exception>
    public async Task DeleteAsync(IEventSink events, CancellationToken cancel)
    {
        var slot = await _store.LockToDeleteAsync(_identity, events, cancel).ConfigureAwait(false);
        await using (slot.ConfigureAwait(false)) await slot.DeleteAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Deletes the stored token if the store had none before this source stored it, and no other process has renewed it since.
    /// </summary>
    /// <exception cref="BearerTokenException">The lock was not free in time, or the store cannot be written.</exception>
    public async Task DeleteCreatedAsync(IEventSink events, CancellationToken cancel)
    {
        if (!HasCreated) return;
        var slot = await _store.LockToDeleteAsync(_identity, events, cancel).ConfigureAwait(false);
        await using (slot.ConfigureAwait(false))
        {
            if ((await slot.ReadAsync(cancel).ConfigureAwait(false))?.Revision is { } revision && revision == Volatile.Read(ref _created))
                await slot.DeleteAsync().ConfigureAwait(false);
        }
    }

    public void ForgetRejection() => _source.ForgetRejection();

    public async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        try
        {
            return await SharedAsync(context, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e) when (FallsBack && s_away.Contains(e.ErrorId))
        {
            if (context.Events.IsEnabled(EventLevel.Warning)) context.Events.Write(new StoreBypassed(e.Message));
            return await RequestAsync(null, context, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e) when (
            !StoredSignIn.CanPrompt(context) && StoredSignIn.IsRequired(e) && StoredSignIn.Prompts(Metadata.Flow))
        {
            throw StoredSignIn.Advised(e, Metadata.Flow!, Kind);
        }
    }

    private async Task<TokenResult> SharedAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var began = _time.GetUtcNow();
        await _store.PrepareAsync(context.Events, cancel).ConfigureAwait(false);
        while (true)
        {
            // An entry is replaced as a whole, so it can be read without the lock, which a renewal in the background may hold for seconds.
            var stored = Note(await _store.ReadAsync(_identity, cancel).ConfigureAwait(false));
            if (IsUsable(stored, context, began)) return Use(stored, context);
            ITokenSlot? slot;
            try
            {
                slot = await _store.LockUnlessChangedAsync(_identity, stored?.Revision, context.Events, cancel).ConfigureAwait(false);
            }
            catch (BearerTokenException e) when (e.Kind == BearerErrorKind.File)
            {
                // Without the lock, a stored refresh token is not used.
                var own = UnstoredAfter(stored);
                if (own is null && !_source.CanStartOver && !StoredSignIn.CanPrompt(context)) throw;
                return NotStored(await RequestAsync(own, context, cancel).ConfigureAwait(false), context, e);
            }

            if (slot is null) continue;
            var renewal = RenewAsync(slot, context, began, cancel);
            try
            {
                if (await renewal.WaitAsync(cancel).ConfigureAwait(false) is { } renewed) return renewed;
                break;
            }
            catch (SlotLostException)
            {
                // This process did not run for so long that another one may have renewed the token.
            }
            catch (OperationCanceledException)
            {
                // It continues: its refresh token may be used up, and the new one must be stored.
                Observe(renewal);
                throw;
            }
        }

        // Signing in takes minutes, so other processes can use and renew the stored token meanwhile.
        var result = await RequestAsync(null, context, cancel).ConfigureAwait(false);
        return await StoreAsync(result, context, cancel).ConfigureAwait(false);
    }

    /// <summary>Observes the exception of a renewal that no caller awaits any more.</summary>
    private static void Observe(Task renewal) => _ = renewal.ContinueWith(
        static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Requests a token. A request with a refresh token is not cancelled: the token may be used up.</summary>
    private Task<TokenResult> RequestAsync(TokenResult? previous, TokenRequestContext context, CancellationToken cancel) =>
        _source.AcquireAsync(
            context with { Previous = previous, Accounts = Accounts },
            previous is { CanBeRenewed: true } ? CancellationToken.None : cancel);

    /// <summary>Uses or renews what is stored, and releases the lock.</summary>
    /// <returns>The token, or <see langword="null"/> if the user has to sign in.</returns>
    private async Task<TokenResult?> RenewAsync(
        ITokenSlot slot, TokenRequestContext context, DateTimeOffset began, CancellationToken cancel)
    {
        await using (slot.ConfigureAwait(false))
        {
            var stored = Note(await slot.ReadAsync(cancel).ConfigureAwait(false));
            if (IsUsable(stored, context, began)) return Use(stored, context);
            var previous = UnstoredAfter(stored) ?? stored?.ToResult();
            var isRenewable = _source.CanRenew || previous is { CanBeRenewed: true };
            if (!isRenewable && StoredSignIn.CanPrompt(context)) return null;
            if (!await slot.ConfirmAsync().ConfigureAwait(false)) throw new SlotLostException();
            TokenResult result;
            try
            {
                // A user must not sign in here: that would hold the lock for minutes.
                var own = _source.CanRenew ? context : context with { UserPrompt = null };
                result = await RequestAsync(previous, own, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A process that was stopped for longer than its lease hears of a failure when another one has renewed the token. So may
                // have a program that does not know the lock.
                var isRefused = e is BearerTokenException { } error && StoredSignIn.IsRequired(error);
                var again = await TryReadAsync(slot).ConfigureAwait(false);
                if (again?.Revision != stored?.Revision && IsUsable(again, context, began)) return Use(again, context, isRefused);
                if (!isRenewable || !isRefused || _source.CanRenew || !StoredSignIn.CanPrompt(context)) throw;
                if (context.Events.IsEnabled(EventLevel.Verbose))
                    context.Events.Write(new RefreshTokenRefused(((BearerTokenException)e).Details, null));
                return null;
            }

            return await StoreAsync(slot, result, context).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The entry, or <see langword="null"/> also if it cannot be read: another error or a new token must not be lost for that.
    /// </summary>
    private async Task<StoredToken?> TryReadAsync(ITokenSlot slot)
    {
        try
        {
            return Note(await slot.ReadAsync(CancellationToken.None).ConfigureAwait(false));
        }
        catch (BearerTokenException)
        {
            return null;
        }
    }

    private StoredToken? Note(StoredToken? stored)
    {
        lock (_gate) _lastRead = stored?.Revision;
        return stored;
    }

    /// <summary>
    /// True if the stored token can be used instead of a new one. The caller asks because it cannot use the one that it has.
    /// </summary>
    private bool IsUsable([NotNullWhen(true)] StoredToken? stored, TokenRequestContext context, DateTimeOffset began) =>
        stored is not null
        && stored.TokenType != DPoPKey.TokenType
        && (stored.ExpiresOn is not { } end || _time.GetUtcNow() < end)
        && context.Claims is null
        && (!context.MustBeNew || stored.StoredOn >= began)
        && stored.AccessToken.Reveal() != context.Previous?.Token.Value.Reveal()
        && UnstoredAfter(stored) is null;

    /// <summary>A result that this process could not store, unless another process has stored one since.</summary>
    private TokenResult? UnstoredAfter(StoredToken? stored)
    {
        lock (_gate) return _unstored is not null && _unstoredAfter == stored?.Revision ? _unstored : null;
    }

    private TokenResult Use(StoredToken stored, TokenRequestContext context, bool isRefused = false)
    {
        var result = stored.ToResult() with { IsOfStore = true };
        lock (_gate) (_unstored, _shared) = (null, (stored.AccessToken, stored.StoredOn));
        if (context.Events.IsEnabled(EventLevel.Verbose))
        {
            context.Events.Write(
                isRefused
                    ? new RefusedTokenReplaced(result.Token.Fingerprint)
                    : new StoredTokenUsed(result.Token.Fingerprint, result.Token.ExpiresOn));
        }

        return result;
    }

    /// <summary>Stores a token that was requested without the lock.</summary>
    private async Task<TokenResult> StoreAsync(TokenResult result, TokenRequestContext context, CancellationToken cancel)
    {
        try
        {
            var slot = await _store.LockAsync(_identity, context.Events, cancel).ConfigureAwait(false);
            await using (slot.ConfigureAwait(false)) return await StoreAsync(slot, result, context).ConfigureAwait(false);
        }
        catch (BearerTokenException e)
        {
            return NotStored(result, context, e);
        }
    }

    private async Task<TokenResult> StoreAsync(ITokenSlot slot, TokenResult result, TokenRequestContext context)
    {
        try
        {
            var written = await slot.WriteAsync(StoredToken.Of(result, Metadata)).ConfigureAwait(false);
            lock (_gate)
            {
                (_unstored, _shared) = (null, (written.AccessToken, written.StoredOn));
                _created = _lastRead is null || _lastRead == _created ? written.Revision : null;
            }

            if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new TokenStored(result.Token.Fingerprint));
            return result;
        }
        catch (BearerTokenException e) when (e.ErrorId == StoreErrors.StaleId)
        {
            var newer = await TryReadAsync(slot).ConfigureAwait(false);
            return newer is not null && !(newer.ExpiresOn <= _time.GetUtcNow()) ? Use(newer, context) : result;
        }
        catch (BearerTokenException e)
        {
            return NotStored(result, context, e);
        }
    }

    /// <summary>Keeps a token that could not be stored for this session.</summary>
    private TokenResult NotStored(TokenResult result, TokenRequestContext context, BearerTokenException reason)
    {
        lock (_gate) (_unstored, _unstoredAfter) = (result, _lastRead);
        if (context.Events.IsEnabled(EventLevel.Warning))
            context.Events.Write(new TokenNotStored(result.Token.Fingerprint, reason.Message));
        return result;
    }

    /// <summary>The lock was lost before the refresh token was sent.</summary>
    private sealed class SlotLostException : Exception;
}
