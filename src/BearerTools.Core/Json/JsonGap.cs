namespace BearerTools.Json;

/// <summary>What stands between two documents of a body: white space, record separators and comments.</summary>
internal static class JsonGap
{
    public static int OfWhiteSpace(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOfAnyExcept(" \t\r\n\u001e"u8) is >= 0 and var start ? start : bytes.Length;

    /// <summary>The length of the gap. A comment may follow a document, as in ConvertFrom-Json.</summary>
    /// <param name="bytes">What follows the document.</param>
    /// <param name="isFinal">True if the body ends here.</param>
    /// <param name="isOpen">True if a comment follows that is incomplete.</param>
    public static int Between(ReadOnlySpan<byte> bytes, bool isFinal, out bool isOpen)
    {
        var at = 0;
        while (true)
        {
            at += OfWhiteSpace(bytes[at..]);
            var comment = Comment(bytes[at..], isFinal);
            isOpen = comment < 0;
            if (comment <= 0) return at;
            at += comment;
        }
    }

    /// <returns>The length of the comment; 0 if there is none, and -1 if it is incomplete.</returns>
    private static int Comment(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        if (bytes is not [(byte)'/', ..]) return 0;
        // What has no end is left to the tokenizer, which refuses it.
        var unfinished = isFinal ? 0 : -1;
        if (bytes.Length == 1) return unfinished;
        switch (bytes[1])
        {
            case (byte)'*':
                return bytes[2..].IndexOf("*/"u8) is >= 0 and var end ? end + 4 : unfinished;
            case (byte)'/':
                return bytes.IndexOfAny((byte)'\r', (byte)'\n') is > 0 and var line ? line : isFinal ? bytes.Length : -1;
            default:
                return 0;
        }
    }
}
