using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using BearerTools.Diagnostics;
using BearerTools.Http.Pacing;
using BearerTools.Security;
using BearerTools.Storage.Files;
using BearerTools.Storage.Locking;

namespace BearerTools.Composition;

/// <summary>
/// Rate limits and pauses that all processes of this user share, in small files: one for each origin and limit, and one for the pause of an
/// origin. They contain times and counts only. If they cannot be used, a warning says so once, and the limits apply to this process.
/// </summary>
internal sealed class MachinePace(TimeProvider time, Func<string, StoreFolder>? folder = null) : ISharedPace
{
    private const int MaxBatch = 16;
    private const string PauseEnd = ".pause";
    private const int PauseLength = sizeof(long);

    private static readonly TimeSpan s_lockTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromDays(1);

    /// <summary>How long this process relies on what it has read about a pause.</summary>
    private static readonly TimeSpan s_pauseAge = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<(Origin, RateLimit), Slots> _slots = new();
    private readonly ConcurrentDictionary<Origin, KnownPause> _pauses = new();
    private readonly Lazy<StoreFolder> _folder = new(() => (folder ?? StoreFolder.Of)("pace"));
    private int _isReported;

    private long Now => time.GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public async ValueTask<IDisposable?> EnterAsync(
        Origin origin, RateLimit? rate, TimeSpan? maxWait, IEventSink events, CancellationToken cancel)
    {
        try
        {
            if (_pauses.Count > OriginPaces.MaxOrigins) _pauses.Clear();
            if (_slots.Count > OriginPaces.MaxOrigins) _slots.Clear();
            await WaitForPauseAsync(origin, maxWait, events, cancel).ConfigureAwait(false);
            if (rate is null) return null;
            var slots = _slots.GetOrAdd((origin, rate), static (key, owner) => owner.NewSlots(key.Item1, key.Item2), this);
            while (true)
            {
                var at = await TakeAsync(slots, cancel).ConfigureAwait(false);
                var wait = TimeSpan.FromTicks(at - Now);
                // Timers may be a millisecond early.
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait + TimeSpan.FromMilliseconds(1), time, cancel).ConfigureAwait(false);
                // An API may have asked for a pause while this message waited; and a slot that was missed is lost.
                var isPaused = await WaitForPauseAsync(origin, maxWait, events, cancel).ConfigureAwait(false);
                if (!isPaused && Now <= at + SharedWindow.Validity.Ticks) return null;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BearerTokenException)
        {
            Report(e, events);
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task PauseAsync(Origin origin, TimeSpan pause, IEventSink events)
    {
        var until = Now + Math.Min(pause.Ticks, s_longestPause.Ticks);
        var known = _pauses.GetOrAdd(origin, static _ => new KnownPause());
        known.Until = Math.Max(known.Until, until);
        try
        {
            _folder.Value.Prepare();
            var path = PathOf(origin.ToString(), PauseEnd);
            using var held = await FileLock.AcquireAsync(
                path + ".lock", s_lockTimeout, time, static _ => { }, CancellationToken.None).ConfigureAwait(false);
            if (ReadPause(path) >= until) return;
            var content = new byte[PauseLength];
            BinaryPrimitives.WriteInt64LittleEndian(content, until);
            using var file = Open(path);
            RandomAccess.Write(file.SafeFileHandle, content, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BearerTokenException)
        {
            Report(e, events);
        }
    }

    /// <summary>Ends all pauses, also for processes that do not know of them yet.</summary>
    public void Clear()
    {
        _pauses.Clear();
        try
        {
            if (!_folder.IsValueCreated) return;
            foreach (var path in Directory.EnumerateFiles(_folder.Value.Path, "*" + PauseEnd)) File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The pauses then end by themselves.
        }
    }

    /// <returns>True if there was a pause.</returns>
    private async ValueTask<bool> WaitForPauseAsync(Origin origin, TimeSpan? maxWait, IEventSink events, CancellationToken cancel)
    {
        var hasWaited = false;
        var known = _pauses.GetOrAdd(origin, static _ => new KnownPause());
        while (true)
        {
            var now = Now;
            if (now - known.ReadOn > s_pauseAge.Ticks || known.ReadOn > now)
            {
                known.ReadOn = now;
                var read = ReadPause(PathOf(origin.ToString(), PauseEnd));
                // A time that no pause can reach is that of another clock.
                if (read <= now + s_longestPause.Ticks) known.Until = Math.Max(known.Until, read);
            }

            var left = TimeSpan.FromTicks(known.Until - now);
            if (left <= TimeSpan.Zero) return hasWaited;
            if (left > s_longestPause)
            {
                // The clock has been set back.
                known.Until = now;
                continue;
            }

            hasWaited = true;
            if (left > maxWait) throw new PausedTooLongException(new Pause(PauseReason.Requested, left));
            RequestPaused.Write(events, PauseReason.Requested, left, null, isFirst: false);
            await Task.Delay(left, time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a slot that this process has already, or several at once for the messages that wait.</summary>
    private async Task<long> TakeAsync(Slots slots, CancellationToken cancel)
    {
        Interlocked.Increment(ref slots.Waiting);
        await slots.Gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            while (true)
            {
                var oldest = Now - SharedWindow.Validity.Ticks;
                while (slots.Own.TryDequeue(out var own))
                {
                    if (own > oldest) return own;
                }

                if (await ReserveAsync(slots, cancel).ConfigureAwait(false) is not { } again) continue;
                var wait = Math.Clamp(again - Now, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond);
                await Task.Delay(TimeSpan.FromTicks(wait), time, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Decrement(ref slots.Waiting);
            slots.Gate.Release();
        }
    }

    /// <returns><see langword="null"/> if at least one slot was taken, else the time at which to ask again.</returns>
    private async Task<long?> ReserveAsync(Slots slots, CancellationToken cancel)
    {
        _folder.Value.Prepare();
        using var held = await FileLock.AcquireAsync(
            slots.Path + ".lock", s_lockTimeout, time, static _ => { }, cancel).ConfigureAwait(false);
        using var file = Open(slots.Path);
        var content = new byte[slots.Window.Length];
        var length = RandomAccess.Read(file.SafeFileHandle, content, 0);
        if (length == 0) await PaceCleanup.RunAsync(_folder.Value.Path, time, cancel).ConfigureAwait(false);
        var now = Now;
        slots.Window.Read(content.AsSpan(0, length), now);
        var most = Math.Clamp(Volatile.Read(ref slots.Waiting), 1, MaxBatch);
        for (var taken = 0; taken < most; taken++)
        {
            if (slots.Window.TryTake(now, out var at)) slots.Own.Enqueue(at);
            else if (taken == 0) return at;
            else break;
        }

        slots.Window.Write(content);
        RandomAccess.Write(file.SafeFileHandle, content, 0);
        return null;
    }

    private Slots NewSlots(Origin origin, RateLimit rate) => new(PathOf($"{origin}|{rate}", ".rate"), new SharedWindow(rate));

    private string PathOf(string name, string end) =>
        _folder.Value.At(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)), 0, 16).ToLowerInvariant() + end);

    private static long ReadPause(string path) =>
        DurableFile.TryRead(path, PauseLength) is { Length: PauseLength } content ? BinaryPrimitives.ReadInt64LittleEndian(content) : 0;

    private static FileStream Open(string path)
    {
        RegularFile.Check(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    private void Report(Exception fault, IEventSink events)
    {
        if (Interlocked.Exchange(ref _isReported, 1) == 0 && events.IsEnabled(EventLevel.Warning))
            events.Write(new SharedPaceUnavailable(fault.Message));
    }

    private sealed class KnownPause
    {
        public long Until;
        public long ReadOn;
    }

    private sealed class Slots(string path, SharedWindow window)
    {
        public int Waiting;

        public string Path => path;

        public SharedWindow Window => window;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        /// <summary>Slots that this process has taken and not used yet.</summary>
        public ConcurrentQueue<long> Own { get; } = new();
    }
}
