using BearerTools.Diagnostics;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

public sealed class SharedRenewalTests
{
    private readonly TaskCompletionSource _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScriptedSource _source;
    private readonly TokenEntry _entry;

    public SharedRenewalTests()
    {
        var clock = new TestClock();
        _source = new ScriptedSource(clock) { Before = (_, cancel) => _result.Task.WaitAsync(cancel) };
        _entry = new TokenEntry(_source, clock);
    }

    [Fact]
    public async Task A_hundred_callers_at_once_make_one_request()
    {
        using var aboard = new CountdownEvent(100);
        var callers = Enumerable.Range(0, 100).Select(_ => Task.Run(() =>
        {
            var waiting = _entry.GetAsync(TokenRequestContext.Default, default).AsTask();
            aboard.Signal();
            return waiting;
        })).ToArray();
        Assert.True(aboard.Wait(TimeSpan.FromSeconds(10)));

        _result.SetResult();
        var tokens = await Task.WhenAll(callers).Soon();

        Assert.Single(tokens.Distinct());
        Assert.Equal(1, _source.Requests);
    }

    [Fact]
    public async Task An_exception_of_any_type_from_a_source_becomes_a_token_error()
    {
        _result.SetException(new FormatException("Something unforeseen."));

        var error = await Assert.ThrowsAsync<BearerTokenException>(() => _entry.GetAsync(TokenRequestContext.Default, default).AsTask().Soon());

        Assert.Equal("TokenSourceFailed", error.ErrorId);
        Assert.Equal(BearerErrorKind.Authentication, error.Kind);
        Assert.Contains("Something unforeseen.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_who_want_a_new_token_at_once_share_it()
    {
        var first = _entry.RenewAsync(TokenRequestContext.Default, default);
        var second = _entry.RenewAsync(TokenRequestContext.Default, default);

        _result.SetResult();

        Assert.Same(await first.Soon(), await second.Soon());
        Assert.Equal(1, _source.Requests);
    }

    [Fact]
    public async Task A_caller_that_leaves_cancels_only_itself()
    {
        using var leave = new CancellationTokenSource();
        var leaving = _entry.GetAsync(TokenRequestContext.Default, leave.Token).AsTask();
        var staying = _entry.GetAsync(TokenRequestContext.Default, default).AsTask();

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving.Soon());
        _result.SetResult();

        Assert.Same(await staying.Soon(), _entry.Current);
        Assert.Equal(1, _source.Requests);
    }

    [Fact]
    public async Task The_last_caller_to_leave_cancels_the_request()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _source.Before = async (_, cancel) =>
        {
            try
            {
                await _result.Task.WaitAsync(cancel);
            }
            finally
            {
                if (cancel.IsCancellationRequested) cancelled.SetResult();
            }
        };
        using var leave = new CancellationTokenSource();
        var first = _entry.GetAsync(TokenRequestContext.Default, leave.Token).AsTask();
        var second = _entry.GetAsync(TokenRequestContext.Default, leave.Token).AsTask();
        await _source.NextRequestAsync();

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.Soon());
        await cancelled.Task.Soon();
    }

    [Fact]
    public async Task A_caller_after_all_have_left_gets_a_request_of_its_own_and_the_old_one_stores_nothing()
    {
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lateIsDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The first request does not notice that no caller waits for it any more.
        _source.Before = async (request, _) =>
        {
            if (request > 1) return;
            await late.Task;
            lateIsDone.SetResult();
        };
        using var leave = new CancellationTokenSource();
        var left = _entry.GetAsync(TokenRequestContext.Default, leave.Token).AsTask();
        await _source.NextRequestAsync();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left.Soon());

        var token = await _entry.GetAsync(TokenRequestContext.Default, default).Soon();
        late.SetResult();
        await lateIsDone.Task.Soon();
        await OutputOrder();

        Assert.Equal(2, _source.Requests);
        Assert.Same(token, _entry.Current);
    }

    [Fact]
    public async Task A_failure_reaches_everyone_who_waits_and_is_not_cached()
    {
        _source.Before = async (request, cancel) =>
        {
            await _result.Task.WaitAsync(cancel);
            if (request == 1) throw new BearerTokenException("The authority is away.");
        };
        var first = _entry.GetAsync(TokenRequestContext.Default, default).AsTask();
        var second = _entry.GetAsync(TokenRequestContext.Default, default).AsTask();
        _result.SetResult();

        await Assert.ThrowsAsync<BearerTokenException>(() => first.Soon());
        await Assert.ThrowsAsync<BearerTokenException>(() => second.Soon());

        Assert.NotNull(await _entry.GetAsync(TokenRequestContext.Default, default).Soon());
        Assert.Equal(2, _source.Requests);
    }

    [Fact]
    public async Task A_token_request_gets_the_previous_result()
    {
        _result.SetResult();

        var first = await _entry.RenewAsync(TokenRequestContext.Default, default).Soon();
        await _entry.RenewAsync(TokenRequestContext.Default, default).Soon();

        Assert.Null(_source.Previous[0]);
        Assert.Same(first, _source.Previous[1]?.Token);
    }

    [Fact]
    public async Task Events_name_the_token_by_its_fingerprint()
    {
        _result.SetResult();
        var log = new EventLog();

        var token = await _entry.GetAsync(new TokenRequestContext { Events = log }, default).Soon();

        Assert.Equal([new TokenAcquired(token.Fingerprint, "Scripted", token.ExpiresOn)], log.Events);
        Assert.DoesNotContain(token.Value.Reveal(), Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    /// <summary>Lets what is ready to run on the pool run.</summary>
    private static async Task OutputOrder()
    {
        for (var i = 0; i < 20; i++) await Task.Run(() => { });
    }
}
