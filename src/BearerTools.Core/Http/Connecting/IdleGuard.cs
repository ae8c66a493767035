using System.Runtime.CompilerServices;
using System.Text;

namespace BearerTools.Http.Connecting;

/// <summary>A connection was idle for too long to start a request on it that must not be repeated; nothing was written.</summary>
internal sealed class IdleConnectionException() : IOException("The connection was idle, and the server may have closed it.");

/// <summary>
/// A connection of HTTP/1.1 that does not start a request that must not be repeated if it was idle for more than a second. Servers close
/// idle connections at any time, and a request that is in progress then is lost: it is not known whether it was processed (RFC 9112
/// section 9.3.1). Requests that only read use the connection, because they are repeated if that happens; but not by the runtime itself.
/// </summary>
/// <remarks>
/// A request begins with the first write after a read. The request line tells its method; if it is longer than the first write, the guard
/// does nothing.
/// </remarks>
/// <param name="inner">The connection.</param>
/// <param name="time">The clock.</param>
internal sealed class IdleGuard(Stream inner, TimeProvider time) : ConnectionStream(inner)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);
    private static readonly AsyncLocal<bool> s_isOff = new();

    private long _lastUse = time.GetTimestamp();
    private bool _mayBegin = true;
    private bool _hasRead;

    /// <summary>
    /// Turns the guard off for the requests of the calling method: their body cannot be read twice, and part of it may have been read
    /// when the guard acts.
    /// </summary>
    public static void TurnOff() => s_isOff.Value = true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _mayBegin = _hasRead = true;
        var reading = Inner.ReadAsync(buffer, cancellationToken);
        if (!reading.IsCompletedSuccessfully) return FinishAsync(reading);
        _lastUse = time.GetTimestamp();
        return reading;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_mayBegin)
        {
            _mayBegin = false;
            if (_hasRead && time.GetElapsedTime(_lastUse) > s_limit && MustNotRepeat(buffer.Span) && !s_isOff.Value)
                return ValueTask.FromException(new IdleConnectionException());
            if (!ConnectingMessage.MayBegin(this)) return ValueTask.FromException(new ResentException());
        }

        _lastUse = time.GetTimestamp();
        return Inner.WriteAsync(buffer, cancellationToken);
    }

    /// <summary>True if the bytes begin with a request line of a method that must not be repeated.</summary>
    private static bool MustNotRepeat(ReadOnlySpan<byte> bytes)
    {
        var line = bytes[..Math.Max(0, bytes.IndexOf("\r\n"u8))];
        if (!line.EndsWith(" HTTP/1.1"u8) && !line.EndsWith(" HTTP/1.0"u8)) return false;
        var method = line[..line.IndexOf((byte)' ')];
        return !method.IsEmpty && !MethodTraits.IsSafe(new HttpMethod(Encoding.ASCII.GetString(method)));
    }

    /// <summary>Pooled, because most requests pass here once.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FinishAsync(ValueTask<int> reading)
    {
        var length = await reading.ConfigureAwait(false);
        _lastUse = time.GetTimestamp();
        return length;
    }
}
