using BearerTools.Diagnostics;
using BearerTools.Http;

namespace BearerTools.Running;

/// <summary>
/// Where one job puts what it has to say. Items wait here until it is their input's turn, and the job waits when enough
/// of them do. All state belongs to the runner's lock.
/// </summary>
internal sealed class JobOutput(Runner runner, Job job) : IProgressSink, IEventSink
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

    /// <summary>Whether the command shows events of this level.</summary>
    public bool IsEnabled(EventLevel level) => runner.Levels.Includes(level);

    /// <summary>Takes an event without waiting. An event that comes after the job's end is dropped.</summary>
    public void Write(DiagnosticEvent e)
    {
        if (IsEnabled(e.Level)) runner.Note(this, new RunItem(RunItemKind.Event, e));
    }

    /// <summary>Reports that the input failed.</summary>
    public void Fail(JobFailure failure) => runner.Note(this, new RunItem(RunItemKind.Failure, failure));

    /// <summary>What the job is doing, for the progress line; each text replaces the one before.</summary>
    public void Show(string? state) => _state = state;

    internal void Add(RunItem item) => (_items ??= new List<RunItem>(1)).Add(item);

    internal void MoveTo(List<RunItem> items)
    {
        if (_items is null) return;
        items.AddRange(_items);
        _items.Clear();
    }
}
