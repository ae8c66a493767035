using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Http.Pacing;
using BearerTools.Security;
using BearerTools.Storage.Files;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Composition;

/// <summary>Two processes of a user, as two objects over one folder.</summary>
public sealed class MachinePaceTests : IDisposable
{
    private static readonly RateLimit s_rate = RateLimit.Parse("4/m");
    private static readonly Origin s_origin = Origin.Of(new Uri("https://api.contoso.com"));

    private readonly TestFolder _root = new();
    private readonly TestClock _clock = new();
    private readonly EventLog _log = new();
    private readonly MachinePace _first;
    private readonly MachinePace _second;

    public MachinePaceTests()
    {
        _first = NewPace();
        _second = NewPace();
    }

    private string Folder => _root.At("pace");

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Two_processes_share_one_rate()
    {
        foreach (var pace in new[] { _first, _second, _first, _second }) await EnterAsync(pace).Soon();

        var fifth = EnterAsync(_second);
        await _clock.UntilWaiting().Soon();
        Assert.False(fifth.IsCompleted);
        await AdvanceUntilAsync(fifth);

        // The window is longer than a minute by what messages may be late.
        Assert.InRange(_clock.GetUtcNow() - new TestClock().GetUtcNow(), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(63));
        Assert.Empty(_log.Events);
    }

    [Fact]
    public async Task A_pause_that_one_process_was_asked_for_holds_the_other()
    {
        await _first.PauseAsync(s_origin, TimeSpan.FromSeconds(20), _log);

        var waiting = EnterAsync(_second);
        await _clock.UntilWaiting().Soon();
        Assert.False(waiting.IsCompleted);
        var error = await Assert.ThrowsAsync<PausedTooLongException>(
            () => _second.EnterAsync(s_origin, s_rate, TimeSpan.FromSeconds(5), _log, default).AsTask().Soon());
        Assert.Equal(TimeSpan.FromSeconds(20), error.Pause.For);
        await AdvanceUntilAsync(waiting);

        Assert.Equal(TimeSpan.FromSeconds(20), _clock.GetUtcNow() - new TestClock().GetUtcNow());
    }

    [Fact]
    public async Task A_corrupt_file_starts_afresh_and_is_usable_again()
    {
        for (var n = 0; n < 4; n++) await EnterAsync(_first).Soon();
        var file = Assert.Single(Directory.GetFiles(Folder, "*.rate"));
        File.WriteAllBytes(file, new byte[17]);

        for (var n = 0; n < 4; n++) await EnterAsync(_second).Soon();

        var fifth = EnterAsync(_first);
        await _clock.UntilWaiting().Soon();
        Assert.False(fifth.IsCompleted);
        await AdvanceUntilAsync(fifth);
        Assert.Empty(_log.Events);
    }

    [UnixFact]
    public async Task A_FIFO_in_place_of_a_file_is_reported_once_and_holds_nothing_up()
    {
        await EnterAsync(_first).Soon();
        var file = Assert.Single(Directory.GetFiles(Folder, "*.rate"));
        File.Delete(file);
        using (var make = System.Diagnostics.Process.Start("mkfifo", ["-m", "600", file])) make.WaitForExit();

        for (var n = 0; n < 6; n++) await EnterAsync(_second).Soon();

        Assert.Contains("a FIFO (named pipe)", Assert.Single(_log.Of<SharedPaceUnavailable>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_were_not_used_for_days_are_deleted_when_another_one_is_created()
    {
        await EnterAsync(_first).Soon();
        await _first.PauseAsync(s_origin, TimeSpan.FromSeconds(1), _log);
        var old = Directory.GetFiles(Folder);
        Assert.Equal(4, old.Length);
        foreach (var path in old) File.SetLastWriteTimeUtc(path, _clock.GetUtcNow().UtcDateTime - TimeSpan.FromDays(3));
        var used = Path.Join(Folder, "used.rate");
        foreach (var path in new[] { used, used + ".lock" })
        {
            File.WriteAllBytes(path, [1]);
            File.SetLastWriteTimeUtc(path, _clock.GetUtcNow().UtcDateTime - TimeSpan.FromDays(1));
        }

        await _second.EnterAsync(Origin.Of(new Uri("https://other.contoso.com")), s_rate, null, _log, default).AsTask().Soon();

        Assert.All(old, path => Assert.False(File.Exists(path), path));
        Assert.Equal(["used.rate"], Directory.GetFiles(Folder, "used.rate").Select(Path.GetFileName));
        Assert.Equal(4, Directory.GetFiles(Folder).Length);
        // The first process goes on with a file of its own.
        await AdvanceUntilAsync(EnterAsync(_first));
        Assert.Empty(_log.Of<SharedPaceUnavailable>());
    }

    private async Task AdvanceUntilAsync(Task task)
    {
        for (var n = 0; !task.IsCompleted; n++)
        {
            Assert.True(n < 1000, "It still waits.");
            await Task.WhenAny(task, _clock.UntilWaiting()).Soon();
            if (_clock.NextIn is { } next) _clock.Advance(next);
        }

        await task;
    }

    private Task<IDisposable?> EnterAsync(MachinePace pace) => pace.EnterAsync(s_origin, s_rate, null, _log, default).AsTask();

    private MachinePace NewPace() => new(_clock, _ => new StoreFolder(Folder));
}
