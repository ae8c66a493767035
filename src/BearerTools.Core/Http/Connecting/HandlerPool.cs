namespace BearerTools.Http.Connecting;

/// <summary>
/// The connections to APIs, shared by all calls of the process: one pool for each way of connecting. A pool that nobody
/// uses is kept for the next call that wants the same; the longest unused ones go when there are many, and all of them
/// in time, with the credentials and certificates that they hold. One in use is never closed.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="create">Makes a pool.</param>
internal sealed class HandlerPool(TimeProvider time, Func<HandlerOptions, HttpMessageInvoker>? create = null)
{
    /// <summary>How many pools that nobody uses are kept.</summary>
    public const int MaxIdle = 8;

    /// <summary>How long one is kept. Its sockets are closed sooner than that; nothing is lost but its handshakes.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);

    private readonly Dictionary<HandlerOptions, Pool> _pools = [];
    private readonly Func<HandlerOptions, HttpMessageInvoker> _create = create ?? HttpHandlerFactory.Create;

    /// <summary>The pool for these options, until the lease is disposed.</summary>
    public HandlerLease Rent(HandlerOptions options)
    {
        lock (_pools)
        {
            if (!_pools.TryGetValue(options, out var pool)) _pools[options] = pool = new Pool(_create(options));
            pool.Users++;
            LetGo();
            return new HandlerLease(pool.Handler, () => Return(pool));
        }
    }

    private void Return(Pool pool)
    {
        lock (_pools)
        {
            pool.Users--;
            pool.LastUsed = time.GetTimestamp();
            LetGo();
        }
    }

    private void LetGo()
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
