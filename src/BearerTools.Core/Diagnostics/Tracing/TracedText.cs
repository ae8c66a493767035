using System.Buffers;
using BearerTools.Security;

namespace BearerTools.Diagnostics.Tracing;

/// <summary>
/// Text for the trace. It is searched for secrets when it is recorded, because a secret may be forgotten before the trace is read; but only
/// if a part of it is as long as a token, because the search costs more than the rest of a record.
/// </summary>
internal static class TracedText
{
    private const int ShortestToken = 16;

    private static readonly SearchValues<char> s_ends = SearchValues.Create("/?&=,; ");

    public static string Of(string text) => HasLongPart(text) ? LiveSecrets.Redact(text) : text;

    private static bool HasLongPart(ReadOnlySpan<char> text)
    {
        while (text.Length >= ShortestToken)
        {
            var end = text.IndexOfAny(s_ends);
            if (end < 0 || end >= ShortestToken) return true;
            text = text[(end + 1)..];
        }

        return false;
    }
}
