namespace BearerTools.Http.Retrying;

/// <summary>A time limit that starts when the instance is created.</summary>
internal sealed class Deadline(TimeSpan limit, TimeProvider time)
{
    private readonly long _begin = time.GetTimestamp();

    public TimeSpan Limit => limit;

    /// <summary>The time left; never negative.</summary>
    public TimeSpan Left => time.GetElapsedTime(_begin) is var passed && passed < limit ? limit - passed : TimeSpan.Zero;

    /// <summary>Creates a scope that is cancelled when the deadline expires or <paramref name="cancel"/> is cancelled.</summary>
    public Scope Within(CancellationToken cancel) => new(Left, time, cancel);

    /// <summary>Work that must finish before a deadline.</summary>
    internal sealed class Scope : IDisposable
    {
        private readonly CancellationTokenSource _reached;
        private readonly CancellationTokenSource _either;

        public Scope(TimeSpan left, TimeProvider time, CancellationToken cancel)
        {
            _reached = new CancellationTokenSource(left, time);
            _either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _reached.Token);
        }

        public CancellationToken Token => _either.Token;

        public bool IsExpired => _reached.IsCancellationRequested;

        public void Dispose()
        {
            _either.Dispose();
            _reached.Dispose();
        }
    }
}
