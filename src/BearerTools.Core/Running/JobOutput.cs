using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Tokens;

namespace BearerTools.Running;

/// <summary>
/// The output of one job. Items are buffered here until it is their input's turn, and the job is paused when too many are
/// buffered. All state is guarded by the runner's lock.
/// </summary>
internal sealed class JobOutput(Runner runner, Job job, long index = 0) : IProgressSink, IEventSink, ISendGate, ISessionThread
{
    private volatile string? _state;
    private List<RunItem>? _items;
    private Job? _job = job;
    private int _isSending;

    public Job Job => _job ?? throw new InvalidOperationException("The job is done.");

    /// <summary>The time at which the job began.</summary>
    internal long Began { get; set; }

    /// <summary>When the job was added, as a timestamp; 0 if no listener needs it.</summary>
    internal long QueuedOn { get; init; }

    internal string? State => _state;

    /// <summary>The position of the input, from 0.</summary>
    internal long Index => index;

    /// <summary>The number of buffered items.</summary>
    internal int Count => _items?.Count ?? 0;

    internal long Cost { get; set; }

    internal bool IsDone { get; private set; }

    /// <summary>True if the end of the run cut the job off.</summary>
    internal bool IsCut { get; set; }

    /// <summary>True if a message was sent for the input.</summary>
    internal bool HasSent { get; private set; }

    /// <summary>True if a message that may change something was sent for the input.</summary>
    internal bool HasModified { get; private set; }

    /// <summary>True if it is in the queue of outputs with items; only used for unordered output.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Set while the job is paused.</summary>
    internal TaskCompletionSource? Pause { get; set; }

    /// <summary>The number of objects written, which cannot be taken back.</summary>
    public long Rows { get; private set; }

    /// <summary>Writes one item; completes when there is room for more.</summary>
    public ValueTask WriteAsync(RunItemKind kind, object? value, long cost = 0)
    {
        if (kind == RunItemKind.Row) Rows++;
        return runner.Post(this, new RunItem(kind, value), cost);
    }

    /// <summary>Writes several objects; completes when there is room for more.</summary>
    /// <param name="rows">The objects; the list is copied.</param>
    /// <param name="cost">The number of response bytes that the objects were made from, for the memory budget.</param>
    public ValueTask WriteRowsAsync(List<object?> rows, long cost)
    {
        Rows += rows.Count;
        return runner.Post(this, rows, cost);
    }

    /// <summary>True if the command shows events of this level.</summary>
    public bool IsEnabled(EventLevel level) => runner.Levels.Includes(level);

    /// <summary>Writes an event without waiting. Events after the end of the job are dropped.</summary>
    public void Write(DiagnosticEvent e)
    {
        if (IsEnabled(e.Level)) runner.Note(this, new RunItem(RunItemKind.Event, e));
    }

    /// <summary>Reports that the input failed.</summary>
    public void Fail(JobFailure failure) => runner.Note(this, new RunItem(RunItemKind.Failure, failure));

    /// <summary>Sets the job's state for the progress line, replacing the previous one.</summary>
    public void Show(string? state) => _state = state;

    /// <summary>Marks the end of the job, and drops its request: results may wait long for their turn.</summary>
    internal void Finish()
    {
        IsDone = true;
        _job = null;
    }

    /// <inheritdoc/>
    public void Enter(bool mayModify)
    {
        runner.AdmitMessage(this, mayModify);
        HasSent = true;
        if (mayModify) HasModified = true;
    }

    /// <inheritdoc/>
    public void Rest() => runner.Release(this);

    /// <inheritdoc/>
    public Task<T> RunAsync<T>(Func<T> action, CancellationToken cancel) => runner.OnPipelineAsync(action).WaitAsync(cancel);

    /// <summary>Marks that a message is in progress, or none; returns false if that was so already.</summary>
    internal bool SetSending(bool isSending) => Interlocked.Exchange(ref _isSending, isSending ? 1 : 0) != (isSending ? 1 : 0);

    internal void Add(RunItem item) => (_items ??= new List<RunItem>(1)).Add(item);

    internal void MoveTo(List<RunItem> items)
    {
        if (_items is null) return;
        items.AddRange(_items);
        _items.Clear();
    }
}
