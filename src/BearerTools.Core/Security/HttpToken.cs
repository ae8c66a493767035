using System.Buffers;

namespace BearerTools.Security;

/// <summary>Methods and names of headers (RFC 9110 section 5.6.2).</summary>
internal static class HttpToken
{
    private static readonly SearchValues<char> s_letters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool Is(string text) => text.Length > 0 && IndexOfInvalid(text) < 0;

    /// <summary>The position of the first character that no token has; -1 if there is none.</summary>
    public static int IndexOfInvalid(string name) => name.AsSpan().IndexOfAnyExcept(s_letters);

    /// <summary>
    /// A name for a message. What follows an invalid character is omitted: it may be a value that was written as part of the name.
    /// </summary>
    public static string Shown(string name) => IndexOfInvalid(name) is >= 0 and var invalid
        ? ServerText.Clean(name[..invalid], 100) + "…"
        : ServerText.Clean(name, 100);

    /// <summary>What a character is called in a message.</summary>
    public static string Describe(char character) => character switch
    {
        ' ' => "a space",
        ':' => "a colon",
        '\t' => "a tab",
        '\r' or '\n' => "a line break",
        '\0' => "a null character",
        <= '\u001f' or '\u007f' => "a control character",
        > '\u007f' => "a character other than ASCII",
        _ => $"the character {character}",
    };
}
