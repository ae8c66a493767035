namespace BearerTools.Security;

/// <summary>Combines what several members of an error body say, without repetition.</summary>
internal static class ProblemWords
{
    /// <summary>Longer texts are only compared: the search takes time, and a server may send the longest that it can.</summary>
    private const int LongestSearched = 2000;

    /// <summary>The texts in order, without those that another one contains; <see langword="null"/> if there are none.</summary>
    public static string? Combine(IEnumerable<string?> texts)
    {
        var kept = new List<string>();
        foreach (var text in texts)
        {
            if (text?.Trim() is not { Length: > 0 } trimmed || kept.Exists(other => Contains(other, trimmed))) continue;
            kept.RemoveAll(other => Contains(trimmed, other));
            kept.Add(trimmed);
        }

        return kept.Count == 0 ? null : kept.Aggregate(Join);
    }

    /// <summary>The texts of several errors in order, without repetition; <see langword="null"/> if there are none.</summary>
    public static string? List(IEnumerable<string?> texts)
    {
        string[] kept = [.. texts.Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => text!.Trim()).Distinct()];
        return kept.Length == 0 ? null : string.Join("; ", kept);
    }

    /// <summary>Joins a general text with a more specific one.</summary>
    public static string Join(string general, string specific) => general[^1] switch
    {
        '.' when general.TrimEnd('.') is { Length: > 0 } sentence => $"{sentence}: {specific}",
        ':' or '!' or '?' => $"{general} {specific}",
        _ => $"{general}: {specific}",
    };

    /// <summary>True if a text contains another one as whole words. A full stop at its end does not matter.</summary>
    public static bool Contains(string text, string part)
    {
        var words = part.AsSpan().TrimEnd('.');
        if (words.IsEmpty) return false;
        if (words.Length > LongestSearched) return words.Equals(text.AsSpan().TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
        for (var at = 0; at <= text.Length - words.Length; at++)
        {
            var found = text.AsSpan(at).IndexOf(words, StringComparison.OrdinalIgnoreCase);
            if (found < 0) return false;
            at += found;
            if (!IsWithinWord(text, at) && !IsWithinWord(text, at + words.Length)) return true;
        }

        return false;
    }

    /// <summary>True if the characters before and after a position belong to one word.</summary>
    public static bool IsWithinWord(string text, int at) =>
        at > 0 && at < text.Length && char.IsLetterOrDigit(text[at - 1]) && char.IsLetterOrDigit(text[at]);
}
