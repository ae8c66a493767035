using System.Collections.Concurrent;

namespace BearerTools.BridgeProbe;

/// <summary>What the workers of one name have done so far. Written by workers on any thread, read by tests.</summary>
public sealed class ProbeCounts
{
    private static readonly ConcurrentDictionary<string, ProbeCounts> s_all = new(StringComparer.Ordinal);

    private long _started, _running, _maxRunning, _rows, _commands;

    /// <summary>Jobs that a worker has begun.</summary>
    public long Started => Interlocked.Read(ref _started);

    /// <summary>Jobs that a worker has begun and not left.</summary>
    public long Running => Interlocked.Read(ref _running);

    /// <summary>The most jobs that were running together.</summary>
    public long MaxRunning => Interlocked.Read(ref _maxRunning);

    /// <summary>Rows that were handed to the bridge and accepted.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Commands whose BeginProcessing has come to the derived class.</summary>
    public long Commands => Interlocked.Read(ref _commands);

    /// <summary>The counts of that name, starting at zero.</summary>
    public static ProbeCounts Of(string name) => s_all.GetOrAdd(name, _ => new ProbeCounts());

    internal void Begin() => Interlocked.Increment(ref _commands);

    internal void Enter()
    {
        Interlocked.Increment(ref _started);
        var running = Interlocked.Increment(ref _running);
        for (var most = MaxRunning; running > most; most = MaxRunning) Interlocked.CompareExchange(ref _maxRunning, running, most);
    }

    internal void Leave() => Interlocked.Decrement(ref _running);

    internal void Posted() => Interlocked.Increment(ref _rows);
}
