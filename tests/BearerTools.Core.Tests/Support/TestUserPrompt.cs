using System.Collections.Concurrent;
using BearerTools.Tokens;

namespace BearerTools.Tests.Support;

/// <summary>A user of a session who records what was shown, and types what a test sets.</summary>
internal sealed class TestUserPrompt : IUserPrompt
{
    private readonly ConcurrentQueue<string> _shown = new();
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? UnavailableReason { get; init; }

    public bool HasBrowser { get; init; } = true;

    public TimeSpan? LoginTimeout { get; init; }

    /// <summary>What is typed, given all that was shown; by default nothing ever is.</summary>
    public Func<string, Task<string?>> Types { get; init; } = _ => new TaskCompletionSource<string?>().Task;

    public string Shown => string.Join('\n', _shown);

    /// <summary>Completes with the first text that is shown.</summary>
    public Task<string> FirstShown => _first.Task;

    public Task ShowAsync(string text, CancellationToken cancel)
    {
        _shown.Enqueue(text);
        _first.TrySetResult(text);
        return Task.CompletedTask;
    }

    public Task<string?> ReadLineAsync(string question, CancellationToken cancel) => Types(Shown).WaitAsync(cancel);

    public Task<string?> RunAsync(Func<string?> script, CancellationToken cancel) => Task.FromResult(script());
}
