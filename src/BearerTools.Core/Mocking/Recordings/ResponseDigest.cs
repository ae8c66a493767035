using System.Security.Cryptography;
using System.Text;

namespace BearerTools.Mocking.Recordings;

/// <summary>
/// Shows later which fields of a recorded response were edited: the path of each field, and the start of a hash of its value. The order of
/// members, and how the file is indented, make no difference.
/// </summary>
internal static class ResponseDigest
{
    /// <summary>An edit is missed with a probability of 1 in 16 million.</summary>
    private const int BytesOfHash = 3;

    private const int BitsOfByte = 8;
    private const int BitsOfDigit = 7;

    /// <summary>
    /// Each field is the length of its path, its last step and the hash: a field always follows the one that it is in. A name is spelled
    /// out where it occurs first, and is a number after that.
    /// </summary>
    public static string Of(RecordedEntry entry)
    {
        using var stream = new MemoryStream();
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var field in ResponseField.Of(entry))
        {
            Write(stream, field.Steps.Count);
            if (field.Steps[^1] is int index)
            {
                Write(stream, index << 1);
            }
            else
            {
                var name = (string)field.Steps[^1];
                var isNew = names.TryAdd(name, names.Count);
                Write(stream, (names[name] << 1) | 1);
                if (isNew)
                {
                    var bytes = Encoding.UTF8.GetBytes(name);
                    Write(stream, bytes.Length);
                    stream.Write(bytes);
                }
            }

            var hash = Hash(field);
            for (var i = BytesOfHash - 1; i >= 0; i--) stream.WriteByte((byte)(hash >> (BitsOfByte * i)));
        }

        return Convert.ToBase64String(stream.ToArray());
    }

    /// <summary>The fields that are not as the digest has them, in the order of their paths.</summary>
    /// <param name="entry">The entry as it is in the file.</param>
    /// <param name="digest">The digest.</param>
    /// <returns><see langword="null"/> if it is no digest.</returns>
    public static IReadOnlyList<ResponseEdit>? Edited(RecordedEntry entry, string digest)
    {
        if (Read(digest) is not { } known) return null;
        var edits = new List<ResponseEdit>();
        var next = 0;
        foreach (var field in ResponseField.Of(entry))
        {
            int order;
            while ((order = next < known.Count ? ResponseField.Compare(known[next].Field, field) : 1) < 0)
                edits.Add(new(known[next++].Field, ResponseEditKind.Removed));
            if (order > 0) edits.Add(new(field, ResponseEditKind.Added));
            else if (known[next++].Hash != Hash(field)) edits.Add(new(field, ResponseEditKind.Changed));
        }

        edits.AddRange(known.Skip(next).Select(left => new ResponseEdit(left.Field, ResponseEditKind.Removed)));
        return ResponseEdit.Outermost(edits);
    }

    /// <returns>The paths and hashes of the digest, or <see langword="null"/> if it is none.</returns>
    private static List<(ResponseField Field, uint Hash)>? Read(string digest)
    {
        var bytes = new byte[digest.Length];
        if (!Convert.TryFromBase64String(digest, bytes, out var length)) return null;
        ReadOnlySpan<byte> rest = bytes.AsSpan(0, length);
        var names = new List<string>();
        var known = new List<(ResponseField Field, uint Hash)>();
        object[] path = [];
        while (rest.Length > 0)
        {
            if (!TryRead(ref rest, out var depth) || depth < 1 || depth > path.Length + 1) return null;
            if (!TryRead(ref rest, out var step) || !TryReadStep(ref rest, step, names, out var last)) return null;
            if (rest.Length < BytesOfHash) return null;
            path = [.. path.AsSpan(0, depth - 1), last];
            known.Add((new ResponseField(path, string.Empty), Start(rest)));
            rest = rest[BytesOfHash..];
        }

        return known;
    }

    private static bool TryReadStep(ref ReadOnlySpan<byte> rest, int step, List<string> names, out object last)
    {
        last = step >> 1;
        if ((step & 1) == 0) return true;
        if (step >> 1 > names.Count) return false;
        if (step >> 1 == names.Count)
        {
            if (!TryRead(ref rest, out var length) || length > rest.Length) return false;
            names.Add(Encoding.UTF8.GetString(rest[..length]));
            rest = rest[length..];
        }

        last = names[step >> 1];
        return true;
    }

    private static void Write(MemoryStream stream, int number)
    {
        for (; number >> BitsOfDigit > 0; number >>= BitsOfDigit) stream.WriteByte((byte)(number | (1 << BitsOfDigit)));
        stream.WriteByte((byte)number);
    }

    private static bool TryRead(ref ReadOnlySpan<byte> rest, out int number)
    {
        number = 0;
        for (var i = 0; i < rest.Length && i * BitsOfDigit < 28; i++)
        {
            number |= (rest[i] & ((1 << BitsOfDigit) - 1)) << (i * BitsOfDigit);
            if (rest[i] >> BitsOfDigit > 0) continue;
            rest = rest[(i + 1)..];
            return true;
        }

        return false;
    }

    private static uint Hash(ResponseField field) => Start(SHA256.HashData(Encoding.UTF8.GetBytes(field.Value)));

    private static uint Start(ReadOnlySpan<byte> bytes)
    {
        uint start = 0;
        foreach (var part in bytes[..BytesOfHash]) start = (start << BitsOfByte) | part;
        return start;
    }
}
