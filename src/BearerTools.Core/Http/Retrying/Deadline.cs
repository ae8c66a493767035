namespace BearerTools.Http.Retrying;

/// <summary>Until when something has to be done, counted from when this is made.</summary>
internal sealed class Deadline(TimeSpan limit, TimeProvider time)
{
    private readonly long _begin = time.GetTimestamp();

    public TimeSpan Limit => limit;

    /// <summary>How long there is still; never less than nothing.</summary>
    public TimeSpan Left => time.GetElapsedTime(_begin) is var passed && passed < limit ? limit - passed : TimeSpan.Zero;

    /// <summary>Ends what is done within it, when it is reached or somebody else wants an end.</summary>
    public Scope Within(CancellationToken cancel) => new(Left, time, cancel);

    /// <summary>What is done before a deadline.</summary>
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

        public bool IsOver => _reached.IsCancellationRequested;

        public void Dispose()
        {
            _either.Dispose();
            _reached.Dispose();
        }
    }
}
