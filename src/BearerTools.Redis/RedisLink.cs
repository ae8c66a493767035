using BearerTools.Diagnostics;
using BearerTools.Fleet;
using BearerTools.Security;
using BearerTools.Storage;
using StackExchange.Redis;

namespace BearerTools.Redis;

/// <summary>
/// The connection of this process to the server. A call ends within seconds. After one that failed, calls fail at once for a moment with
/// jitter, and then one call tries again, so that a server that is away costs no time and is not flooded when it returns.
/// </summary>
internal sealed class RedisLink(FleetOptions options, TimeProvider time, TimeSpan? timeout = null) : IDisposable
{
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(2);

    /// <summary>How long a connection may take before this process looks for the reason, and how long each step of that may take.</summary>
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(750);
    private static readonly TimeSpan s_probe = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_allProbes = TimeSpan.FromMilliseconds(2500);

    /// <summary>After so many failures, a connection that the library has lost is replaced.</summary>
    private const int FailuresOfLost = 3;

    private readonly TimeSpan _timeout = timeout ?? TimeSpan.FromSeconds(3);
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly object _gate = new();
    private Session? _session;
    private string? _place;
    private bool _hasResponded;
    private BearerTokenException? _failure;
    private long _tryAgainAt;
    private int _failures;
    private long _trips;

    /// <summary>The server, for messages: hosts and ports, and where they stand; never a user or a password.</summary>
    public string Place => ServerText.Clean(_place ?? options.ShownPlace, 150);

    public string Prefix => options.Prefix;

    /// <summary>The password, which redaction knows as long as it is held here.</summary>
    public Secret? Password { get; private set; }

    /// <summary>Number of calls.</summary>
    public long Trips => Interlocked.Read(ref _trips);

    /// <summary>Reads the address, if that may take long.</summary>
    public async ValueTask PrepareAsync(IEventSink events, CancellationToken cancel)
    {
        if (_session is null && options.Connection is { } place) await place.LoadAsync(events, cancel).ConfigureAwait(false);
    }

    /// <summary>Runs a script.</summary>
    /// <exception cref="BearerTokenException">The server is away or reports an error.</exception>
    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancel = default) =>
        CallAsync(database => EvaluateAsync(database, script, keys, values), cancel);

    /// <summary>
    /// Runs a script of a shared limit. If it fails, its keys are damaged: they are of another type, or another client has changed them.
    /// They are then deleted, and the script runs once more.
    /// </summary>
    /// <exception cref="BearerTokenException">The server is away or reports an error.</exception>
    public async Task<RedisResult> RunMendingAsync(string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancel = default)
    {
        try
        {
            return await RunAsync(script, keys, values, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e) when (e.ErrorId == RedisErrors.FailedId)
        {
            await RunAsync(PaceScripts.Reset, keys, [], cancel).ConfigureAwait(false);
            return await RunAsync(script, keys, values, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Waits a moment until a replica has what was written, if there is one.</summary>
    public async Task SettleAsync()
    {
        if (_session is not { HasReplicas: true }) return;
        try
        {
            await CallAsync(database => database.ExecuteAsync("WAIT", 1, 500), CancellationToken.None).ConfigureAwait(false);
        }
        catch (BearerTokenException)
        {
            // It is written; whether a replica has it is not known.
        }
    }

    /// <summary>Calls the server.</summary>
    /// <exception cref="BearerTokenException">The server is away or reports an error.</exception>
    public async Task<T> CallAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancel)
    {
        var known = ThrowWhilePaused();
        Task<T>? work = null;
        Session? session = null;
        try
        {
            session = _session ?? await ConnectAsync(known, cancel).ConfigureAwait(false);
            await VerifyAsync(session).ConfigureAwait(false);
            Interlocked.Increment(ref _trips);
            work = call(session.Connection.GetDatabase());
            var result = await work.WaitAsync(_timeout, time, cancel).ConfigureAwait(false);
            // The library may have connected again in between, and sent the call through a socket that had not been verified.
            await VerifyAsync(session).ConfigureAwait(false);
            _hasResponded = true;
            if (Volatile.Read(ref _failures) > 0) Succeeded();
            return result;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            Observe(work);
            throw Note(RedisErrors.Of(e, Place), session);
        }
        catch (BearerTokenException e)
        {
            throw Note(e, session);
        }
        catch (OperationCanceledException)
        {
            Observe(work);
            throw;
        }
    }

    public void Dispose()
    {
        _session?.Connection.Dispose();
        _connecting.Dispose();
    }

    /// <summary>A server that has restarted no longer knows the script.</summary>
    private async Task<RedisResult> EvaluateAsync(IDatabase database, string script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script, keys, values).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(script, keys, values, CommandFlags.NoScriptCache).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (RedisErrors.ForbiddenCommand(e.Message, script) is { } command)
        {
            throw RedisErrors.Refused(Place, $"its ACL forbids the command {command}, which a script needs.", e);
        }
    }

    /// <param name="before">The failure that the call knew when it began, or <see langword="null"/>.</param>
    /// <param name="cancel">Cancels the wait.</param>
    private async Task<Session> ConnectAsync(BearerTokenException? before, CancellationToken cancel)
    {
        await _connecting.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_session is { } known) return known;
            // Another call has tried while this one waited.
            if (Volatile.Read(ref _failure) is { } found && found != before) throw RedisErrors.Again(found, _hasResponded);
            var address = options.Address;
            _place = options.Connection is null ? address.Shown : $"{address.Shown} ({options.ShownPlace})";
            var configuration = RedisAddress.Of(address, options.ShownPlace, _timeout);
            if (configuration.Password is { Length: > 0 } password) Password = new Secret(password);
            var connection = await OpenAsync(configuration, address, cancel).ConfigureAwait(false);
            return _session = new Session(connection, new RedisIdentity(configuration), configuration.EndPoints.Count > 1);
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>Connects. If that fails or takes long, finds out why.</summary>
    private async Task<ConnectionMultiplexer> OpenAsync(
        ConfigurationOptions configuration, FleetAddress address, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        // The library looks up names and creates threads before it returns its task.
        var opening = Task.Run(() => ConnectionMultiplexer.ConnectAsync(configuration), cancel);
        var isConnected = false;
        try
        {
            await Task.WhenAny(opening, Task.Delay(s_slow, time, cancel)).ConfigureAwait(false);
            if (!opening.IsCompletedSuccessfully
                && await FindFaultAsync(address, cancel).ConfigureAwait(false) is { } fault
                && !opening.IsCompletedSuccessfully)
            {
                throw fault;
            }

            // The library adds up its time-outs.
            var left = RedisAddress.ConnectTimeout - time.GetElapsedTime(began);
            var connection = await opening.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancel).ConfigureAwait(false);
            isConnected = true;
            return connection;
        }
        finally
        {
            if (!isConnected) _ = DisposeLaterAsync(opening);
        }
    }

    private async Task<BearerTokenException?> FindFaultAsync(FleetAddress address, CancellationToken cancel)
    {
        try
        {
            return await new RedisProbe(address, Place, s_probe, time).FindFaultAsync(cancel)
                .WaitAsync(s_allProbes, time, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Disposes a connection that no caller awaits any more.</summary>
    private static async Task DisposeLaterAsync(Task<ConnectionMultiplexer> opening)
    {
        try
        {
            await (await opening.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // There is no connection.
        }
    }

    /// <returns>The last failure, after which this call is the one that tries again; <see langword="null"/> if there is none.</returns>
    private BearerTokenException? ThrowWhilePaused()
    {
        lock (_gate)
        {
            if (_failure is null) return null;
            var now = time.GetTimestamp();
            if (now < _tryAgainAt) throw RedisErrors.Again(_failure, _hasResponded);
            // This call tries, and the others wait for what it finds.
            _tryAgainAt = now + Ticks(_timeout);
            return _failure;
        }
    }

    private async ValueTask VerifyAsync(Session session)
    {
        try
        {
            await session.Identity.VerifyAsync(session.Connection, Place).ConfigureAwait(false);
        }
        catch (BearerTokenException)
        {
            Drop(session);
            throw;
        }
    }

    /// <summary>Notes the error of a call.</summary>
    /// <returns>The error for the caller.</returns>
    private BearerTokenException Note(BearerTokenException error, Session? session)
    {
        // A call that did not try has found nothing.
        if (error.InnerException is BearerTokenException) return error;
        if (error.ErrorId != StoreErrors.UnavailableId)
        {
            // The server has responded, or the reference cannot be read: what is corrected is tried at once.
            Succeeded();
            return error;
        }

        Failed(error);
        if (session is { Connection.IsConnected: false } && _failures >= FailuresOfLost) Drop(session);
        return RedisErrors.Again(error, _hasResponded);
    }

    /// <summary>
    /// Ends a session. The next call reads the address again: it, or the password, may have been corrected or changed meanwhile.
    /// </summary>
    private void Drop(Session session)
    {
        if (Interlocked.CompareExchange(ref _session, null, session) == session) Observe(session.Connection.DisposeAsync().AsTask());
    }

    private void Succeeded()
    {
        lock (_gate) (_failure, _failures) = (null, 0);
    }

    private void Failed(BearerTokenException error)
    {
        lock (_gate)
        {
            var pause = Math.Min(s_longestPause.TotalMilliseconds, s_shortestPause.TotalMilliseconds * Math.Pow(2, _failures));
            _failures = Math.Min(_failures + 1, 16);
            _failure = error;
            _tryAgainAt = time.GetTimestamp() + Ticks(TimeSpan.FromMilliseconds(pause * (0.5 + Random.Shared.NextDouble())));
        }

        // The primary may have changed: the library looks for it, once for each call that tries again.
        if (_session is { HasReplicas: true } session) Observe(session.Connection.ConfigureAsync());
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private static void Observe(Task? work) => _ = work?.ContinueWith(
        static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>A connection.</summary>
    /// <param name="Connection">The library's connection.</param>
    /// <param name="Identity">Verifies its user.</param>
    /// <param name="HasReplicas">True if a failover could lose what was just written.</param>
    private sealed record Session(ConnectionMultiplexer Connection, RedisIdentity Identity, bool HasReplicas);
}
