namespace BearerTools.Http.Connecting;

/// <summary>
/// The connection pools to APIs, one for each set of options, shared by all calls of the process. An idle pool is kept for the next
/// call with the same options. Idle pools are disposed, with the credentials and certificates that they hold, when there are too
/// many (least recently used first) or after a time; a pool in use never is.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="create">Creates a pool.</param>
internal sealed class HandlerPool(TimeProvider time, Func<HandlerOptions, HttpMessageInvoker>? create = null)
{
    /// <summary>The maximum number of idle pools.</summary>
    public const int MaxIdle = 8;

    /// <summary>The time that an idle pool is kept. Its sockets are closed earlier, so disposing it costs no connection.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);

    private readonly Dictionary<HandlerOptions, Pool> _pools = [];
    private readonly Func<HandlerOptions, HttpMessageInvoker> _create = create ?? (options => HttpHandlerFactory.Create(options, time));

    /// <summary>Returns the pool for these options, in use until the lease is disposed.</summary>
    public HandlerLease Rent(HandlerOptions options)
    {
        lock (_pools)
        {
            if (!_pools.TryGetValue(options, out var pool)) _pools[options] = pool = new Pool(_create(options));
            pool.Users++;
            Evict();
            return new HandlerLease(pool.Handler, () => Return(pool));
        }
    }

    private void Return(Pool pool)
    {
        lock (_pools)
        {
            pool.Users--;
            pool.LastUsed = time.GetTimestamp();
            Evict();
        }
    }

    private void Evict()
    {
        var idle = _pools.Where(pair => pair.Value.Users == 0).OrderByDescending(pair => pair.Value.LastUsed).ToArray();
        for (var i = 0; i < idle.Length; i++)
        {
            var (options, pool) = idle[i];
            if (i < MaxIdle && time.GetElapsedTime(pool.LastUsed) < IdleTime) continue;
            _pools.Remove(options);
            pool.Handler.Dispose();
        }
    }

    private sealed class Pool(HttpMessageInvoker handler)
    {
        public HttpMessageInvoker Handler => handler;

        public int Users { get; set; }

        public long LastUsed { get; set; }
    }
}
