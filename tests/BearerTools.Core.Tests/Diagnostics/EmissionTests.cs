using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Running;
using BearerTools.Tests.Grants;
using BearerTools.Tests.Http;
using BearerTools.Tests.Running;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Diagnostics;

/// <summary>The main steps tell what they do, as data, and build nothing when no one listens.</summary>
public sealed class EmissionTests
{
    private readonly TestClock _clock = new();
    private readonly EventLog _log = new();

    [Fact]
    public async Task A_response_is_an_event_with_its_request_and_token()
    {
        await using var server = await OddServer.StartAsync(http => OddServer.JsonAsync(http, "{}"));
        using var wire = new Wire();

        (await wire.SendAsync(Wire.Get(server.At("/users?key=1")))).Dispose();

        var received = Assert.Single(wire.Log.Of<ResponseReceived>());
        Assert.Equal((HttpMethod.Get, server.At("/users?key=1"), 200, wire.Tokens.Current!.Fingerprint), (received.Method, received.Address, received.StatusCode, received.TokenFingerprint));
        Assert.True(received.Duration > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_rejected_token_and_its_replacement_are_events()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        using var wire = new Wire();

        (await wire.SendAsync(Wire.Get(server.At("/")))).Dispose();

        var acquired = wire.Log.Of<TokenAcquired>().ToArray();
        Assert.Equal(2, acquired.Length);
        Assert.Equal([new TokenRejected(acquired[0].Fingerprint, NeedsClaims: false)], wire.Log.Of<TokenRejected>());
        Assert.Equal([401, 200], wire.Log.Of<ResponseReceived>().Select(received => received.StatusCode));
    }

    [Fact]
    public async Task A_redirect_is_an_event_that_tells_whether_the_token_goes_along()
    {
        await using var other = await OddServer.StartAsync(http => OddServer.JsonAsync(http, "{}"));
        await using var server = await OddServer.StartAsync(Wire.Redirecting(() => other.At("/end").AbsoluteUri));
        using var wire = new Wire();

        (await wire.SendAsync(Wire.Get(server.At("/")))).Dispose();

        Assert.Equal([new RedirectFollowed(302, other.At("/end"), CarriesToken: false)], wire.Log.Of<RedirectFollowed>());
    }

    [Fact]
    public async Task A_token_request_is_an_event_with_its_endpoint_and_client()
    {
        await using var server = await OddServer.StartAsync(http => OddServer.JsonAsync(http, $$"""{"access_token":"{{Workbench.NewToken()}}","expires_in":"soon"}"""));
        using var bench = new Workbench();

        await bench.ClientCredentials(server).AcquireAsync(new TokenRequestContext { Events = _log }, CancellationToken.None);

        Assert.Equal([new TokenRequested(server.At("/token"), "ops"), new TokenTypeMissing(), new ExpiresInInvalid()], _log.Events);
    }

    [Fact]
    public async Task An_expired_token_is_an_event_before_the_new_one()
    {
        var entry = new TokenEntry(new ScriptedSource(_clock), _clock);
        var first = await entry.GetAsync(TokenRequestContext.Default, default).Soon();
        _clock.Advance(TimeSpan.FromHours(2));

        var second = await entry.GetAsync(new TokenRequestContext { Events = _log }, default).Soon();

        Assert.Equal([new TokenExpired(first.Fingerprint), new TokenAcquired(second.Fingerprint, "Scripted", second.ExpiresOn)], _log.Events);
    }

    [Fact]
    public async Task A_renewal_in_the_background_writes_to_the_sink_of_the_request_that_began_it()
    {
        var source = new ScriptedSource(_clock);
        var entry = new TokenEntry(source, _clock);
        var first = await entry.GetAsync(TokenRequestContext.Default, default).Soon();
        await source.NextRequestAsync();
        _clock.Advance(TimeSpan.FromMinutes(59));
        var written = new TaskCompletionSource();
        var log = new EventLog { Written = e => { if (e is TokenAcquired) written.TrySetResult(); } };

        Assert.Same(first, entry.Valid(log));
        await written.Task.Soon();

        Assert.Equal([new TokenRenewalStarted(first.Fingerprint), new TokenAcquired(entry.Current!.Fingerprint, "Scripted", entry.Current.ExpiresOn)], log.Events);
    }

    [Fact]
    public async Task Nothing_is_built_for_a_level_that_is_not_enabled()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        using var wire = new Wire();
        var warnings = new EventLog(EventLevel.Warning);

        (await wire.Sender.SendAsync(Wire.Get(server.At("/")), new RequestContext(warnings, default)).Soon()).Dispose();

        Assert.Empty(warnings.Events);
    }

    [Theory]
    [InlineData(false, false, EventLevel.Warning)]
    [InlineData(true, false, EventLevel.Verbose, EventLevel.Warning)]
    [InlineData(false, true, EventLevel.Debug, EventLevel.Warning)]
    [InlineData(true, true, EventLevel.Debug, EventLevel.Verbose, EventLevel.Warning)]
    public async Task A_jobs_output_takes_the_levels_that_its_command_shows(bool verbose, bool debug, params object[] levels)
    {
        using var runner = new Runner(new RunnerLimits(1), new EventLevels(verbose, debug));
        var items = await runner.RunAllAsync([new TestJob((output, _) =>
        {
            foreach (var level in Enum.GetValues<EventLevel>()) output.Write(new TestEvent($"{level}", level));
            return Task.CompletedTask;
        })]).Soon();

        Assert.All(items, item => Assert.Equal(RunItemKind.Event, item.Kind));
        Assert.Equal(levels, items.Select(item => (object)((DiagnosticEvent)item.Value!).Level));
    }

    [Fact]
    public async Task A_valid_token_costs_no_allocation()
    {
        var entry = new TokenEntry(new ScriptedSource(_clock), _clock);
        await entry.GetAsync(TokenRequestContext.Default, default).Soon();
        for (var i = 0; i < 100; i++) entry.Valid(EventSink.None);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) entry.Valid(EventSink.None);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
