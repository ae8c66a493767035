using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BearerTools.Mocking.Recordings;

/// <summary>
/// Shows later which fields of a recorded response were edited: the start of a hash of each field, with its path. Their order, and how the
/// file is indented, make no difference.
/// </summary>
internal static class ResponseDigest
{
    /// <summary>An edit is missed with a probability of 1 in 16 million.</summary>
    private const int BytesOfField = 3;

    public static string Of(RecordedEntry entry)
    {
        uint[] hashes = [.. ResponseField.Of(entry).Select(Hash)];
        Array.Sort(hashes);
        var bytes = new byte[hashes.Length * BytesOfField];
        for (var i = 0; i < hashes.Length; i++)
        {
            for (var j = 0; j < BytesOfField; j++) bytes[(i * BytesOfField) + j] = (byte)(hashes[i] >> (8 * (BytesOfField - 1 - j)));
        }

        return Convert.ToBase64String(bytes);
    }

    /// <summary>The fields that are not as the digest has them.</summary>
    /// <param name="entry">The entry as it is in the file.</param>
    /// <param name="digest">The digest.</param>
    /// <returns><see langword="null"/> if it is no digest, or one of another response.</returns>
    public static IReadOnlyList<ResponseField>? Edited(RecordedEntry entry, string digest)
    {
        var bytes = new byte[digest.Length];
        if (!Convert.TryFromBase64String(digest, bytes, out var length) || length % BytesOfField != 0) return null;
        var known = new Dictionary<uint, int>();
        for (var i = 0; i < length; i += BytesOfField)
        {
            uint hash = 0;
            for (var j = 0; j < BytesOfField; j++) hash = (hash << 8) | bytes[i + j];
            known[hash] = known.GetValueOrDefault(hash) + 1;
        }

        var edited = new List<ResponseField>();
        foreach (var field in ResponseField.Of(entry))
        {
            var hash = Hash(field);
            if (known.GetValueOrDefault(hash) > 0) known[hash]--;
            else edited.Add(field);
        }

        // A field that was removed changes the size of what it was in; if no size differs, nothing of this response has the rest.
        return edited.Count == 0 && known.Values.Any(count => count > 0) ? null : edited;
    }

    private static uint Hash(ResponseField field)
    {
        var text = new StringBuilder();
        foreach (var step in field.Steps) text.Append(step is int ? '#' : '.').Append(CultureInfo.InvariantCulture, $"{step}\0");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.Append(field.Value).ToString()));
        uint start = 0;
        for (var i = 0; i < BytesOfField; i++) start = (start << 8) | hash[i];
        return start;
    }
}
