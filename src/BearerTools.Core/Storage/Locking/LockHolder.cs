using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Storage.Locking;

/// <summary>
/// What a process writes into the lock file while it holds the lock, so that others can name it. All texts have the same length: a disk
/// that is full still takes them.
/// </summary>
/// <param name="ProcessId">Id of the process.</param>
/// <param name="Name">Name of its program.</param>
/// <param name="Since">Time when it took the lock.</param>
/// <param name="Stamp">A random value that is new each time.</param>
internal sealed record LockHolder(int ProcessId, string Name, DateTimeOffset Since, string Stamp)
{
    public const int Length = 256;

    private const int LongestName = 100;
    private const int Parts = 4;

    public static LockHolder Current(DateTimeOffset now) => new(
        Environment.ProcessId,
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) is { Length: > 0 } name ? name : "unknown",
        now,
        Convert.ToHexString(RandomNumberGenerator.GetBytes(8)));

    public byte[] ToBytes()
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{ProcessId} {Stamp} {Since.ToUnixTimeMilliseconds()} {ServerText.Clean(Name, LongestName)}");
        var bytes = new byte[Length];
        bytes.AsSpan().Fill((byte)' ');
        bytes[^1] = (byte)'\n';
        var encoded = Encoding.UTF8.GetBytes(text).AsSpan();
        encoded[..Math.Min(encoded.Length, Length - 1)].CopyTo(bytes);
        return bytes;
    }

    /// <summary>Reads the content of a lock file; <see langword="null"/> if it has none that can be read.</summary>
    public static LockHolder? Read(ReadOnlySpan<byte> content)
    {
        var parts = Encoding.UTF8.GetString(content).TrimEnd().Split(' ', Parts);
        return parts.Length == Parts
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var since)
            && since <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? new LockHolder(id, ServerText.Clean(parts[3], LongestName), DateTimeOffset.FromUnixTimeMilliseconds(since), parts[1])
                : null;
    }

    /// <summary>The process, for messages, such as <c>process 1234 (pwsh), since 12:34:56</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"process {ProcessId} ({Name}), since {TimeText.Clock(Since)}");
}
