using System.Net;

namespace BearerTools.Http.Waiting;

/// <summary>The wait for one operation.</summary>
internal sealed class OperationWait(IRequestSender next, TimeSpan atMost, TimeProvider time, Exchange exchange, Operation begun)
{
    private readonly long _started = time.GetTimestamp();
    private readonly PollPace _pace = new();
    private Operation _operation = begun;
    private OperationState _state = OperationState.Accepted;

    private TimeSpan Left => atMost == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : atMost - time.GetElapsedTime(_started);

    /// <param name="answer">The last answer; it is disposed, unless it is the result.</param>
    public async Task<Answer> FollowAsync(Answer answer)
    {
        using var end = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(exchange.Cancel, end.Token);
        try
        {
            while (true)
            {
                await PauseAsync(answer, either.Token).ConfigureAwait(false);
                answer.Dispose();
                answer = await AskAsync(_operation.State, either.Token).ConfigureAwait(false);
                if (!answer.IsSuccess) return answer;
                if (!await IsDoneAsync(answer, either.Token).ConfigureAwait(false)) continue;
                if (ResultIn(answer) is not { } result) return answer;
                answer.Dispose();
                return await AskAsync(result, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !exchange.Cancel.IsCancellationRequested)
        {
            answer.Dispose();
            throw OperationFault.TimedOut(_operation, _state, atMost, null);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
        finally
        {
            exchange.Onlooker?.Show(null);
        }
    }

    private async Task PauseAsync(Answer answer, CancellationToken cancel)
    {
        var asked = RetryAfter.Delay(answer.Message.Headers, time.GetUtcNow());
        var delay = _pace.Next(asked, Left) ?? throw OperationFault.TimedOut(_operation, _state, atMost, asked);
        exchange.Onlooker?.Show(_state.Words);
        exchange.Say?.Invoke($"The operation is {_state.Words}; asking {RequestAddress.Printable(_operation.State)} in {TimeText.Seconds(delay)}.");
        await Task.Delay(delay, time, cancel).ConfigureAwait(false);
    }

    private async Task<bool> IsDoneAsync(Answer answer, CancellationToken cancel)
    {
        if (!_operation.IsInBody)
        {
            _operation = _operation.Then(answer);
            return answer.Status != HttpStatusCode.Accepted;
        }

        // What has no body has nothing more to say.
        if (answer.Status == HttpStatusCode.NoContent) return true;
        _state = await OperationState.ReadAsync(answer, cancel).ConfigureAwait(false) ?? throw OperationFault.NoState(_operation, answer);
        return _state.Outcome is not (OperationOutcome.Failed or OperationOutcome.Canceled)
            ? _state.Outcome == OperationOutcome.Succeeded
            : throw await OperationFault.EndedAsync(_operation, _state, answer, cancel).ConfigureAwait(false);
    }

    /// <summary>Where else the result is; nothing when the answer is it.</summary>
    private Uri? ResultIn(Answer answer) => _state.Result is { } said ? FollowedAddress.Resolve(said, answer, "the result") : _operation.Result;

    private async Task<Answer> AskAsync(Uri address, CancellationToken cancel)
    {
        var asking = exchange.Until(cancel);
        try
        {
            return await next.SendAsync(_operation.Get(address), asking).ConfigureAwait(false);
        }
        finally
        {
            exchange.Attempts += asking.Attempts;
        }
    }
}
