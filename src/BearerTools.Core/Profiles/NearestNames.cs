namespace BearerTools.Profiles;

/// <summary>Suggests names for a mistyped one.</summary>
internal static class NearestNames
{
    private const int MaxSuggestions = 3;
    private const int MaxLength = 100;

    /// <summary>
    /// At most three names, the most similar first: names with the same beginning, and names within a third of the length in edits.
    /// </summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> names)
    {
        if (name.Length is 0 or > MaxLength) return [];
        var limit = Math.Max(1, name.Length / 3);
        return [.. names
            .Where(known => known.Length <= MaxLength)
            .Select(known => (Name: known, Distance: known.StartsWith(name, StringComparison.OrdinalIgnoreCase)
                ? 0
                : Distance(name.ToUpperInvariant(), known.ToUpperInvariant())))
            .Where(candidate => candidate.Distance <= limit)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.OrdinalIgnoreCase)
            .Take(MaxSuggestions)
            .Select(candidate => candidate.Name)];
    }

    /// <summary>Number of insertions, deletions, replacements and swaps of neighbours (Damerau-Levenshtein distance).</summary>
    private static int Distance(string one, string other)
    {
        var costs = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++) costs[i, 0] = i;
        for (var j = 0; j <= other.Length; j++) costs[0, j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = costs[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                var best = Math.Min(replaced, Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    best = Math.Min(best, costs[i - 2, j - 2] + 1);
                costs[i, j] = best;
            }
        }

        return costs[one.Length, other.Length];
    }
}
