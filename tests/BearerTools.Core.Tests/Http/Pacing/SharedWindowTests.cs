using BearerTools.Http.Pacing;

namespace BearerTools.Tests.Http.Pacing;

public sealed class SharedWindowTests
{
    private static readonly long s_start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    [Theory]
    [InlineData(50, 1)]
    [InlineData(1, 1)]
    [InlineData(600, 60)]
    [InlineData(5000, 3600)]
    public void No_window_of_the_period_has_more_slots_than_the_limit(int requests, int seconds)
    {
        var window = new SharedWindow(new RateLimit(requests, TimeSpan.FromSeconds(seconds)));
        var content = new byte[window.Length];
        List<long> slots = [];
        var now = s_start;
        for (var n = 0; n < requests * 6; n++)
        {
            // As another process would: through the file.
            window.Read(content, now);
            if (window.TryTake(now, out var at)) slots.Add(at);
            window.Write(content);
            now = Math.Max(now, at);
        }

        var valid = (TimeSpan.FromSeconds(seconds) + SharedWindow.Lateness).Ticks;
        for (var last = requests; last < slots.Count; last++) Assert.True(slots[last] - slots[last - requests] >= valid);
        Assert.True(slots.Count > requests * 2);
    }

    [Fact]
    public void A_limit_per_second_is_spaced_evenly_and_a_longer_one_may_be_used_up_at_once()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(110).Ticks, Second(new RateLimit(10, TimeSpan.FromSeconds(1))));
        Assert.Equal(0, Second(new RateLimit(10, TimeSpan.FromMinutes(1))));

        static long Second(RateLimit limit)
        {
            var window = new SharedWindow(limit);
            window.TryTake(s_start, out var first);
            window.TryTake(s_start, out var second);
            return second - first;
        }
    }

    [Fact]
    public void Slots_are_not_taken_far_ahead()
    {
        var window = new SharedWindow(new RateLimit(2, TimeSpan.FromHours(1)));
        Assert.True(window.TryTake(s_start, out _));
        Assert.True(window.TryTake(s_start, out _));
        Assert.False(window.TryTake(s_start, out var again));
        Assert.InRange(again - s_start, TimeSpan.FromHours(1).Ticks, TimeSpan.FromHours(1.02).Ticks);
    }

    [Fact]
    public void Content_that_is_damaged_or_from_a_clock_that_was_set_back_is_ignored()
    {
        var limit = new RateLimit(1, TimeSpan.FromMinutes(1));
        var window = new SharedWindow(limit);
        window.TryTake(s_start, out _);
        var content = new byte[window.Length];
        window.Write(content);

        Assert.False(TakesAtOnce(content, s_start + 1));
        for (var place = 0; place < content.Length; place += 7)
        {
            var damaged = content.ToArray();
            damaged[place] ^= 1;
            Assert.True(TakesAtOnce(damaged, s_start + 1));
        }

        Assert.True(TakesAtOnce(content[..^1], s_start + 1));
        Assert.True(TakesAtOnce([], s_start + 1));
        Assert.True(TakesAtOnce(content, s_start - TimeSpan.FromHours(1).Ticks));

        bool TakesAtOnce(byte[] bytes, long now)
        {
            var other = new SharedWindow(limit);
            other.Read(bytes, now);
            return other.TryTake(now, out var at) && at == now;
        }
    }
}
