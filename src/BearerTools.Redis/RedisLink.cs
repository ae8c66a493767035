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

    private readonly TimeSpan _timeout = timeout ?? TimeSpan.FromSeconds(3);
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly object _gate = new();
    private ConnectionMultiplexer? _connection;
    private BearerTokenException? _failure;
    private long _tryAgainAt;
    private int _failures;
    private long _trips;

    /// <summary>The server, for messages.</summary>
    public string Place => ServerText.Clean(options.Place, 100);

    public string Prefix => options.Prefix;

    /// <summary>The password, which redaction knows as long as it is held here.</summary>
    public Secret? Password { get; private set; }

    /// <summary>Number of calls.</summary>
    public long Trips => Interlocked.Read(ref _trips);

    /// <summary>True if a failover could lose what was just written.</summary>
    private bool _hasReplicas;

    /// <summary>Reads the address, if that may take long.</summary>
    public async ValueTask PrepareAsync(IEventSink events, CancellationToken cancel)
    {
        if (_connection is null && options.Connection is { } place) await place.LoadAsync(events, cancel).ConfigureAwait(false);
    }

    /// <summary>Runs a script.</summary>
    /// <exception cref="BearerTokenException">The server is away or reports an error.</exception>
    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancel = default) =>
        CallAsync(database => EvaluateAsync(database, script, keys, values), cancel);

    /// <summary>Waits a moment until a replica has what was written, if there is one.</summary>
    public async Task SettleAsync()
    {
        if (!_hasReplicas) return;
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
        ThrowWhilePaused();
        Task<T>? work = null;
        try
        {
            var connection = _connection ?? await ConnectAsync(cancel).ConfigureAwait(false);
            Interlocked.Increment(ref _trips);
            work = call(connection.GetDatabase());
            var result = await work.WaitAsync(_timeout, time, cancel).ConfigureAwait(false);
            if (Volatile.Read(ref _failures) > 0) Succeeded();
            return result;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            Observe(work);
            var error = RedisErrors.Of(e, Place);
            if (error.ErrorId == StoreErrors.UnavailableId) Failed(error);
            throw error;
        }
        catch (OperationCanceledException)
        {
            Observe(work);
            throw;
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _connecting.Dispose();
    }

    /// <summary>A server that has restarted no longer knows the script.</summary>
    private static async Task<RedisResult> EvaluateAsync(IDatabase database, string script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script, keys, values).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(script, keys, values, CommandFlags.NoScriptCache).ConfigureAwait(false);
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancel)
    {
        await _connecting.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_connection is { } known) return known;
            ThrowWhilePaused();
            var configuration = RedisAddress.Parse(options.Address, _timeout);
            if (configuration.Password is { Length: > 0 } password) Password = new Secret(password);
            _hasReplicas = configuration.EndPoints.Count > 1;
            return _connection = await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private void ThrowWhilePaused()
    {
        lock (_gate)
        {
            if (_failure is null) return;
            var now = time.GetTimestamp();
            if (now < _tryAgainAt) throw RedisErrors.Unavailable(Place, "it did not respond a moment ago", _failure);
            // This call tries, and the others wait for what it finds.
            _tryAgainAt = now + Ticks(_timeout);
        }
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
        if (_hasReplicas && _connection is { } connection) Observe(connection.ConfigureAsync());
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private static void Observe(Task? work) => _ = work?.ContinueWith(
        static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
