using System.Collections.Frozen;

namespace BearerTools.Grants;

/// <summary>
/// Recognizes the text of a failed login, such as <c>ERROR</c> or <c>LOGIN_FAILED</c>, that would otherwise be taken for the token: only
/// known words, because a token may have any form.
/// </summary>
internal static class FailureWords
{
    private const int Longest = 60;
    private const int LongestWord = 16;

    private static readonly FrozenSet<string> s_words = new[]
    {
        "error", "errors", "fail", "failed", "failure", "invalid", "incorrect", "wrong", "denied", "refused", "rejected", "forbidden",
        "unauthorized", "unauthorised", "unauthenticated", "expired", "locked", "disabled", "blocked", "false", "null", "none", "undefined",
        "nok", "ko",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The text if it consists of short words of letters, one of which says that something failed.</summary>
    public static string? In(string text)
    {
        text = TokenText.Strip(text).TrimEnd('.', '!');
        if (text.Length > Longest || !text.All(c => char.IsAsciiLetter(c) || c is '_' or '-')) return null;
        var words = text.Split('_', '-');
        return words.Any(s_words.Contains) && Array.TrueForAll(words, word => word.Length <= LongestWord) ? text : null;
    }
}
