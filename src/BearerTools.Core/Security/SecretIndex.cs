using System.Runtime.InteropServices;
using System.Text;

namespace BearerTools.Security;

/// <summary>
/// Finds any number of secrets, in all encodings, in one pass over a text. Each pattern is stored as its last 8 characters and a hash of
/// the whole, so that neither values nor encodings are kept here. Not safe for concurrent use.
/// </summary>
/// <remarks>
/// The last characters, because JWTs all begin with the same ones.
/// </remarks>
internal sealed class SecretIndex
{
    /// <summary>Minimum length of values and patterns: as many characters as fit into one word.</summary>
    public const int MinimumLength = sizeof(ulong);

    private const int NoPattern = -1;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, int> _newest = [];
    private readonly List<Pattern> _patterns = [];

    /// <summary>Number of distinct values.</summary>
    public int Count => _entries.Count;

    /// <summary>Number of secrets added since the last <see cref="Purge"/>.</summary>
    public int Added { get; private set; }

    public void Add(WeakReference<KnownSecret> secret)
    {
        if (!secret.TryGetTarget(out var known)) return;
        Added++;
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, Fingerprint.Full(known.Value), out var exists);
        entry ??= new Entry();
        entry.Owners.Add(secret);
        if (exists) return;
        foreach (var spelling in SecretSpelling.All(known.Value, MinimumLength))
            Add(new Pattern(
                entry, WindowAtEnd(spelling), spelling.Length, FoldedText.Hash(spelling), FoldedText.Power(spelling.Length), NoPattern));
    }

    /// <summary>Removes values that are no longer used.</summary>
    public void Purge()
    {
        Added = 0;
        foreach (var (name, entry) in _entries)
        {
            entry.Owners.RemoveAll(static owner => !owner.TryGetTarget(out _));
            if (entry.Owners.Count == 0) _entries.Remove(name);
        }

        Pattern[] kept = [.. _patterns.Where(pattern => pattern.Entry.Owners.Count > 0)];
        if (kept.Length == _patterns.Count) return;
        _patterns.Clear();
        _newest.Clear();
        foreach (var pattern in kept) Add(pattern);
    }

    /// <summary>Replaces each secret in the text by <paramref name="mark"/>. Overlapping secrets become one mark.</summary>
    /// <returns>The same instance if there are none.</returns>
    public string Replace(string text, string mark) => Find(text) is not { } found ? text : Replace(text, mark, found);

    private static string Replace(string text, string mark, List<(int Start, int End)> found)
    {
        var result = new StringBuilder(text.Length);
        var position = 0;
        foreach (var (start, end) in found)
        {
            result.Append(text, position, start - position).Append(mark);
            position = end;
        }

        return result.Append(text, position, text.Length - position).ToString();
    }

    private List<(int Start, int End)>? Find(string text)
    {
        List<(int Start, int End)>? found = null;
        FoldedText? folded = null;
        var patterns = CollectionsMarshal.AsSpan(_patterns);
        var window = 0UL;
        for (var end = 1; end <= text.Length; end++)
        {
            window = (window << 8) | FoldedText.FoldToByte(text[end - 1]);
            if (end < MinimumLength || !_newest.TryGetValue(window, out var at)) continue;
            for (; at != NoPattern; at = patterns[at].Next)
            {
                ref var pattern = ref patterns[at];
                var start = end - pattern.Length;
                if (start < 0) continue;
                folded ??= new FoldedText(text);
                if (folded.Hash(start, end, pattern.Power) == pattern.Hash && pattern.Entry.IsAlive) Include(found ??= [], start, end);
            }
        }

        return found;
    }

    /// <summary>Adds a range that ends last, merging ranges that it overlaps.</summary>
    private static void Include(List<(int Start, int End)> found, int start, int end)
    {
        while (found.Count > 0 && found[^1].End > start)
        {
            start = Math.Min(start, found[^1].Start);
            found.RemoveAt(found.Count - 1);
        }

        found.Add((start, end));
    }

    private static ulong WindowAtEnd(string spelling)
    {
        var window = 0UL;
        foreach (var c in spelling.AsSpan(spelling.Length - MinimumLength)) window = (window << 8) | FoldedText.FoldToByte(c);
        return window;
    }

    private void Add(in Pattern pattern)
    {
        ref var newest = ref CollectionsMarshal.GetValueRefOrAddDefault(_newest, pattern.Window, out var exists);
        _patterns.Add(pattern with { Next = exists ? newest : NoPattern });
        newest = _patterns.Count - 1;
    }

    /// <summary>One encoding of a value.</summary>
    /// <param name="Entry">The value.</param>
    /// <param name="Window">The last characters, in one word.</param>
    /// <param name="Length">The length.</param>
    /// <param name="Hash">The hash of the complete pattern.</param>
    /// <param name="Power"><see cref="FoldedText.Power"/> of the length.</param>
    /// <param name="Next">The next older pattern with the same last characters.</param>
    private readonly record struct Pattern(Entry Entry, ulong Window, int Length, ulong Hash, ulong Power, int Next);

    /// <summary>One value, and the secrets that have it.</summary>
    private sealed class Entry
    {
        public List<WeakReference<KnownSecret>> Owners { get; } = [];

        public bool IsAlive => Owners.Exists(static owner => owner.TryGetTarget(out _));
    }
}
