using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Http.Pacing;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Pacing;

public sealed class OriginPacesTests
{
    private static readonly Origin s_origin = Origin.Of(new Uri("https://api.example.com"));

    private readonly TestClock _clock = new();
    private readonly OriginPaces _paces;

    public OriginPacesTests() => _paces = new OriginPaces(_clock, () => 1);

    [Fact]
    public void An_origin_that_was_not_used_for_10_minutes_is_evicted()
    {
        Send(_paces.Of(s_origin));
        Look(minutes: 5);
        Send(_paces.Of(s_origin));
        Look(minutes: 1);

        Look(minutes: 9);
        Assert.Equal(2, _paces.Count);
        Look(minutes: 1);

        Assert.Equal(1, _paces.Count);
    }

    [Fact]
    public void An_origin_with_a_request_under_way_is_kept()
    {
        var pace = _paces.Of(s_origin);
        var permit = Enter(pace);

        Look(minutes: 30);
        Look(minutes: 30);
        Assert.Same(pace, _paces.Of(s_origin));
        permit.Lane.Leave(permit, null);
        Look(minutes: 1);
        Look(minutes: 30);

        Assert.NotSame(pace, _paces.Of(s_origin));
    }

    [Fact]
    public void An_origin_is_kept_while_the_pause_that_it_asked_for_lasts()
    {
        var pace = _paces.Of(s_origin);
        Pause(pace, seconds: 3600);

        Look(minutes: 30);
        Look(minutes: 29);
        Assert.Same(pace, _paces.Of(s_origin));
        Look(minutes: 2);
        Look(minutes: 11);

        Assert.NotSame(pace, _paces.Of(s_origin));
    }

    [Fact]
    public void An_origin_is_kept_while_a_command_limits_it()
    {
        using var command = new CommandPace(_paces, new PaceOptions { MaxConcurrent = 2 });
        command.Of(s_origin, string.Empty);
        var pace = _paces.Of(s_origin);

        Look(minutes: 30);
        Look(minutes: 30);

        Assert.Same(pace, _paces.Of(s_origin));
    }

    [Fact]
    public void A_command_that_paused_longer_than_its_origin_is_remembered_shares_the_new_pace()
    {
        using var command = new CommandPace(_paces, new PaceOptions());
        Send(command.Of(s_origin, string.Empty));

        Look(minutes: 1);
        Look(minutes: 30);

        Assert.Same(_paces.Of(s_origin).Lane(string.Empty, default).Limits, command.Of(s_origin, string.Empty).Limits);
    }

    [Fact]
    public async Task Clear_lifts_the_pause_and_waiting_requests_are_sent()
    {
        var pace = _paces.Of(s_origin);
        Pause(pace, seconds: 3600);
        var waiting = Lane(pace).EnterAsync(null, null, EventSink.None, null, default).AsTask();
        Assert.False(waiting.IsCompleted);

        _paces.Clear();

        Lane(pace).Leave(await waiting.Soon(), null);
        Send(_paces.Of(s_origin));
    }

    [Fact]
    public void Clear_forgets_the_origins_that_nothing_uses()
    {
        for (var n = 0; n < 10; n++) Pause(_paces.Of(Numbered(n)), seconds: 3600);

        _paces.Clear();

        Assert.Equal(0, _paces.Count);
    }

    [Fact]
    public void The_number_of_origins_is_bounded_even_if_each_asks_for_a_pause()
    {
        for (var n = 0; n < 3 * OriginPaces.MaxOrigins; n++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Pause(_paces.Of(Numbered(n)), seconds: 3600);
        }

        Assert.InRange(_paces.Count, OriginPaces.MaxOrigins / 2, OriginPaces.MaxOrigins);
    }

    private static Origin Numbered(int n) => Origin.Of(new Uri($"https://api{n}.example.com"));

    private static Permit Enter(OriginPace pace)
    {
        var entering = Lane(pace).EnterAsync(null, null, EventSink.None, null, default).AsTask();
        Assert.True(entering.IsCompletedSuccessfully);
        return entering.GetAwaiter().GetResult();
    }

    private static PaceLane Lane(OriginPace pace) => pace.Lane(string.Empty, TimeSpan.FromMinutes(1));

    private static void Send(OriginPace pace) => Lane(pace).Leave(Enter(pace), null);

    private static void Send(PaceLane lane)
    {
        var entering = lane.EnterAsync(null, null, EventSink.None, null, default).AsTask();
        Assert.True(entering.IsCompletedSuccessfully);
        lane.Leave(entering.GetAwaiter().GetResult(), null);
    }

    private static void Pause(OriginPace pace, int seconds)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));
        Lane(pace).Leave(Enter(pace), response);
    }

    /// <summary>Lets time pass, and has another origin asked for, which evicts.</summary>
    private void Look(int minutes)
    {
        _clock.Advance(TimeSpan.FromMinutes(minutes));
        _paces.Of(Origin.Of(new Uri("https://other.example.com")));
    }
}
