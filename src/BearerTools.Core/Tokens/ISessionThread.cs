namespace BearerTools.Tokens;

/// <summary>
/// Runs code on the thread of the command that waits for a token, for places that only the session can read. An event sink of a command
/// implements it.
/// </summary>
internal interface ISessionThread
{
    /// <summary>Runs a function as soon as the thread is free.</summary>
    /// <exception cref="OperationCanceledException">The command has ended, or the wait was cancelled.</exception>
    Task<T> RunAsync<T>(Func<T> action, CancellationToken cancel);
}
