namespace BearerTools.Sandbox.Api;

/// <summary>Holds requests until enough different ones are there, then opens once and for good.</summary>
internal sealed class Gate(int expected, Func<long> open)
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<long> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsOpen => _opened.Task.IsCompleted;

    /// <summary>Takes a place, the same one for the same id, and opens the gate if it was the last.</summary>
    public int Enter(string id)
    {
        lock (_places)
        {
            if (!_places.TryGetValue(id, out var place)) _places[id] = place = _places.Count;
            if (_places.Count == expected && !IsOpen) _opened.SetResult(open());
            return place;
        }
    }

    /// <summary>Waits for the opening; gives what the opening gave.</summary>
    public Task<long> WaitAsync(CancellationToken cancellation) => _opened.Task.WaitAsync(cancellation);

    /// <summary>The first of two arrivals, rounded up.</summary>
    public bool IsInFirstHalf(int place) => place < (expected + 1) / 2;
}
