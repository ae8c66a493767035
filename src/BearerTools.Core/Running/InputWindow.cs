namespace BearerTools.Running;

/// <summary>
/// Decides whether another input may be added. Usually a few inputs for each worker are enough to bridge a busy pipeline. When all results
/// wait for one slow response, the workers go on with later inputs as far as memory allows, so that they are not idle meanwhile.
/// </summary>
/// <param name="limits">The limits of the runner.</param>
internal sealed class InputWindow(RunnerLimits limits)
{
    /// <summary>
    /// How many inputs that may change something are sent behind a slow response, for each input whose results were written. A consumer
    /// that stops early, as <c>Select-Object -First</c> does, must not have caused many changes that it never saw.
    /// </summary>
    private const int ChangesAheadOfEachWritten = 4;

    /// <summary>Inputs are read in batches, because waking the pipeline thread for each costs as much as a response.</summary>
    private readonly int _lowWater = limits.Concurrent;

    /// <param name="state">The state of the runner.</param>
    /// <param name="mayModify">True if the input may change something at the server.</param>
    public bool HasCapacity(in WindowState state, bool mayModify) =>
        state.Open < limits.Window || (state.Pending < 2 * _lowWater && MayGetAhead(state, mayModify));

    /// <summary>True if there is room again after <see cref="HasCapacity"/> returned false.</summary>
    /// <inheritdoc cref="HasCapacity"/>
    public bool HasCapacityAgain(in WindowState state, bool mayModify) =>
        state.Open < limits.Window || (state.Pending <= _lowWater && MayGetAhead(state, mayModify));

    private bool MayGetAhead(in WindowState state, bool mayModify) =>
        limits.InOrder
        && !state.HasOutput
        && state.Open < limits.WindowBehindSlow
        && state.WaitingBytes < limits.WaitingBytes
        && (!mayModify || state.Open < state.Written * ChangesAheadOfEachWritten);
}

/// <summary>What <see cref="InputWindow"/> decides on.</summary>
/// <param name="Open">The number of inputs in progress or waiting for their turn.</param>
/// <param name="Pending">The number of inputs whose jobs have not started.</param>
/// <param name="Written">The number of inputs whose results were written.</param>
/// <param name="WaitingBytes">The number of buffered response bytes.</param>
/// <param name="HasOutput">True if there is output to write, so that the consumer is the slower part.</param>
internal readonly record struct WindowState(int Open, int Pending, long Written, long WaitingBytes, bool HasOutput);
