using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Security;

namespace BearerTools.Http.Waiting;

/// <summary>Polls one operation until it finishes.</summary>
internal sealed class OperationWait(IRequestHandler next, TimeSpan atMost, TimeProvider time, RequestContext context, Operation operation)
{
    private readonly long _started = time.GetTimestamp();
    private readonly PollPace _pace = new();
    private Operation _operation = operation;
    private OperationState _state = OperationState.Accepted;

    private TimeSpan Left => atMost == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : atMost - time.GetElapsedTime(_started);

    /// <param name="response">The last response; it is disposed unless it is the result.</param>
    public async Task<ApiResponse> FollowAsync(ApiResponse response)
    {
        using var end = new CancellationTokenSource(atMost, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(context.Cancel, end.Token);
        try
        {
            while (true)
            {
                await PauseAsync(response, linked.Token).ConfigureAwait(false);
                response.Dispose();
                response = await RequestAsync(_operation.State, linked.Token).ConfigureAwait(false);
                if (!response.IsSuccess) return response;
                if (!await IsDoneAsync(response, linked.Token).ConfigureAwait(false)) continue;
                if (ResultIn(response) is not { } result) return response;
                response.Dispose();
                return await RequestAsync(result, linked.Token, hasSucceeded: true).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !context.Cancel.IsCancellationRequested)
        {
            response.Dispose();
            throw OperationFault.TimedOut(_operation, _state, atMost, null);
        }
        catch
        {
            response.Dispose();
            throw;
        }
        finally
        {
            context.ProgressSink?.Show(null);
        }
    }

    private async Task PauseAsync(ApiResponse response, CancellationToken cancel)
    {
        var asked = ServerDelay.Delay(response.Message.Headers, time.GetUtcNow());
        var delay = _pace.Next(asked, Left) ?? throw OperationFault.TimedOut(_operation, _state, atMost, asked);
        context.ProgressSink?.Show(_state.DisplayText);
        if (context.Events.IsEnabled(EventLevel.Verbose))
            context.Events.Write(new OperationPolled(_state.DisplayText, _operation.State, delay));
        context.Gate?.Rest();
        await Task.Delay(delay, time, cancel).ConfigureAwait(false);
    }

    private async Task<bool> IsDoneAsync(ApiResponse response, CancellationToken cancel)
    {
        if (!_operation.IsInBody)
        {
            _operation = _operation.Then(response);
            return response.Status != HttpStatusCode.Accepted;
        }

        // Without a body there is no status to read; the operation is done.
        if (response.Status == HttpStatusCode.NoContent) return true;
        _state = await OperationState.ReadAsync(response, cancel).ConfigureAwait(false)
            ?? throw OperationFault.NoState(_operation, response);
        return _state.Outcome is not (OperationOutcome.Failed or OperationOutcome.Canceled)
            ? _state.Outcome == OperationOutcome.Succeeded
            : throw await OperationFault.EndedAsync(_operation, _state, response, cancel).ConfigureAwait(false);
    }

    /// <summary>The URL of the result; <see langword="null"/> if the response itself is the result.</summary>
    private Uri? ResultIn(ApiResponse response)
    {
        if (_state.Result is not { } given) return _operation.Result;
        _operation = _operation with { Request = _operation.Request.After(response) };
        return ServerProvidedUri.Resolve(given, response, "the result");
    }

    /// <param name="address">The address of the status, or of the result.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <param name="hasSucceeded">True for the result of an operation that has succeeded.</param>
    private async Task<ApiResponse> RequestAsync(Uri address, CancellationToken cancel, bool hasSucceeded = false)
    {
        var poll = context.Until(cancel);
        var unread = new UnreadOperation(_operation.State, hasSucceeded);
        try
        {
            var response = await next.SendAsync(_operation.Get(address), poll).ConfigureAwait(false);
            if (!response.IsSuccess) response.Operation = unread;
            return response;
        }
        catch (BearerRequestException e) when (ServerProvidedUri.IsRefused(e))
        {
            throw OperationFault.AtOtherOrigin(e, _operation, address, hasSucceeded);
        }
        catch (BearerRequestException e)
        {
            throw OperationFault.Unread(e, unread);
        }
        finally
        {
            context.Attempts += poll.Attempts;
        }
    }
}
