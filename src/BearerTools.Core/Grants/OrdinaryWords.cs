using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>The sentence of a server without words that may be a token or a session id, whose form nobody knows.</summary>
internal static class OrdinaryWords
{
    private const int Longest = 20;

    /// <summary>Shorter words are not long enough for a token.</summary>
    private const int ShortestToken = 8;

    /// <summary>Masks the words that could be a token; <see langword="null"/> if fewer than two others are left.</summary>
    public static string? Of(string text)
    {
        var words = text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        string[] shown = [.. words.Select(word => MayBeToken(word) ? LiveSecrets.Mark : word)];
        return shown.Count(word => word != LiveSecrets.Mark) > 1 ? string.Join(' ', shown) : null;
    }

    private static bool MayBeToken(string word)
    {
        var start = 0;
        var end = word.Length;
        while (start < end && IsPunctuation(word[start])) start++;
        while (end > start && IsPunctuation(word[end - 1])) end--;
        var inner = word.AsSpan(start, end - start);
        return inner.Length > Longest || (inner.Length >= ShortestToken && (ContainsDigit(inner) || MixesCase(inner)));
    }

    private static bool ContainsDigit(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            if (char.IsDigit(c)) return true;
        }

        return false;
    }

    /// <summary>True if a word has letters of both cases, and not only a capital at its beginning.</summary>
    private static bool MixesCase(ReadOnlySpan<char> word)
    {
        var (hasUpper, hasLower) = (false, false);
        foreach (var c in word[1..])
        {
            hasUpper |= char.IsUpper(c);
            hasLower |= char.IsLower(c);
        }

        return hasUpper && (hasLower || char.IsLower(word[0]));
    }

    /// <summary>What stands around words. The end of Base64 and the separators of tokens belong to them.</summary>
    private static bool IsPunctuation(char c) => !char.IsLetterOrDigit(c) && c is not ('=' or '+' or '/' or '-' or '_');
}
