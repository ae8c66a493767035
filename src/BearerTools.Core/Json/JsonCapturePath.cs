using System.Globalization;

namespace BearerTools.Json;

/// <summary>Paths of captured values: names joined with dots, and elements of arrays, such as <c>data[-1].id</c>.</summary>
internal static class JsonCapturePath
{
    /// <summary>Bounds the values that are kept until the array ends.</summary>
    private const int FarthestFromEnd = -1000;

    /// <summary>True if the path contains an index.</summary>
    public static bool HasIndex(string path) => IndexAt(path, out _, out _, out _);

    /// <summary>Creates the capture of a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="keepsContainers">True to keep the JSON of an object or array.</param>
    public static IJsonCapture Parse(string path, bool keepsContainers = false)
    {
        if (!IndexAt(path, out var start, out var index, out var end))
            return new JsonValueCapture(path.Length == 0 ? null : new JsonPathWatch(path), keepsContainers);
        return new JsonElementCapture(
            path[..start] is { Length: > 0 } outer ? new JsonPathWatch(outer) : null,
            index,
            Parse(path[end..].TrimStart('.'), keepsContainers));
    }

    private static bool IndexAt(string path, out int start, out int index, out int end)
    {
        (index, end) = (0, 0);
        for (start = path.IndexOf('[', StringComparison.Ordinal); start >= 0; start = path.IndexOf('[', start + 1))
        {
            var close = path.IndexOf(']', start);
            if (close < 0) break;
            end = close + 1;
            // A name may contain brackets; an index is followed by the end, a dot or another index.
            var number = path.AsSpan(start + 1, close - start - 1);
            if (int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out index)
                && index >= FarthestFromEnd && (end == path.Length || path[end] is '.' or '[')) return true;
        }

        return false;
    }
}
