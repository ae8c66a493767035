using BearerTools.Http;

namespace BearerTools.Running;

/// <summary>
/// Where one job puts what it has to say. Items wait here until it is their input's turn, and the job waits when enough
/// of them do. All state belongs to the runner's lock.
/// </summary>
internal sealed class JobOutput(Runner runner, Job job) : IProgressSink
{
    private volatile string? _state;
    private List<RunItem>? _items;

    public Job Job => job;

    internal string? State => _state;

    /// <summary>How many items wait.</summary>
    internal int Count => _items?.Count ?? 0;

    internal long Cost { get; set; }

    internal bool IsDone { get; set; }

    /// <summary>Whether it stands among those that have something, where no order is kept.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Set while the job waits to be let on.</summary>
    internal TaskCompletionSource? Pause { get; set; }

    /// <summary>How many objects have gone out: none of them can be taken back.</summary>
    public long Rows { get; private set; }

    /// <summary>Says one thing; returns when there is room for more.</summary>
    public ValueTask WriteAsync(RunItemKind kind, object? value, long cost = 0)
    {
        if (kind == RunItemKind.Row) Rows++;
        return runner.Post(this, new RunItem(kind, value), cost);
    }

    /// <summary>Says many objects at once; returns when there is room for more.</summary>
    /// <param name="rows">They are copied.</param>
    /// <param name="cost">The bytes on the wire that they were made of, for the budget.</param>
    public ValueTask WriteRowsAsync(List<object?> rows, long cost)
    {
        Rows += rows.Count;
        return runner.Post(this, rows, cost);
    }

    /// <summary>Says one thing without waiting, for lines that are few. Also from other threads, and when the job is over.</summary>
    public void Say(RunItemKind kind, object? value) => runner.Note(this, new RunItem(kind, value));

    /// <summary>What the job is at, for the progress line; each text takes the place of the one before.</summary>
    public void Show(string? state) => _state = state;

    /// <summary>Takes warnings.</summary>
    public void Warn(string line) => Say(RunItemKind.Warning, line);

    /// <summary>Takes verbose lines; nothing when nobody listens, so that none are made.</summary>
    public Action<string>? Listener(bool isVerbose) => isVerbose ? SayVerbose : null;

    /// <summary>Takes the log lines of libraries that the job uses; nothing when nobody listens.</summary>
    public Action<string>? DebugListener(bool isDebug) => isDebug ? SayDebug : null;

    internal void Add(RunItem item) => (_items ??= new List<RunItem>(1)).Add(item);

    internal void MoveTo(List<RunItem> items)
    {
        if (_items is null) return;
        items.AddRange(_items);
        _items.Clear();
    }

    private void SayDebug(string line) => Say(RunItemKind.Debug, line);

    private void SayVerbose(string line) => Say(RunItemKind.Verbose, line);
}
