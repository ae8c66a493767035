using BearerTools.Json;

namespace BearerTools.Running.Paging;

/// <summary>
/// Members of a page that say whether there are more pages: the one that the caller names, or else those that APIs commonly have beside
/// a link or cursor. Some APIs send a cursor with the last page too.
/// </summary>
internal sealed class MoreFlags
{
    private static readonly string[] s_more = ["has_more", "hasMore", "has_next_page", "hasNextPage", "has_next", "hasNext"];
    private static readonly string[] s_end = ["end_of_stream", "endOfStream", "is_last", "isLast", "isLastPage"];

    private readonly int _more;

    private MoreFlags(IReadOnlyList<string> paths, int more, bool isGiven) => (Paths, _more, IsGiven) = (paths, more, isGiven);

    public static MoreFlags None { get; } = new([], 0, false);

    /// <summary>The paths; those whose false means the end come first.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>True if the caller named the member: then it decides.</summary>
    public bool IsGiven { get; }

    /// <summary>The member that the caller names.</summary>
    public static MoreFlags At(string path) => new([path], 1, true);

    /// <summary>The usual members beside a link or cursor, in the document, and in its member meta.</summary>
    /// <param name="path">The path of the link or cursor.</param>
    public static MoreFlags Beside(string path)
    {
        var dot = path.LastIndexOf('.');
        var beside = dot < 0 || path.Contains('[', StringComparison.Ordinal) ? string.Empty : path[..(dot + 1)];
        string[] places = [.. new[] { beside, string.Empty, "meta." }.Distinct()];
        string[] more = [.. places.SelectMany(place => s_more.Select(name => place + name))];
        return new MoreFlags([.. more, .. places.SelectMany(place => s_end.Select(name => place + name))], more.Length, false);
    }

    /// <summary>
    /// True or false if the page says whether there are more; otherwise <see langword="null"/>. Where the caller named no member, one that
    /// says that there are no more decides.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="first">The index of the first path in the rule's captures.</param>
    /// <param name="path">The path of the member that says so.</param>
    public bool? Read(Page page, int first, out string path)
    {
        path = Paths.Count > 0 ? Paths[0] : string.Empty;
        if (IsGiven) return Value(page, first);
        bool? hasMore = null;
        for (var i = 0; i < Paths.Count; i++)
        {
            var kind = page.Kind(first + i);
            if (kind is not (JsonCaptureKind.True or JsonCaptureKind.False)) continue;
            var saysMore = kind == (i < _more ? JsonCaptureKind.True : JsonCaptureKind.False);
            if (!saysMore) return false;
            if (hasMore is null) (hasMore, path) = (true, Paths[i]);
        }

        return hasMore;
    }

    private static bool? Value(Page page, int index) => page.Kind(index) switch
    {
        JsonCaptureKind.True => true,
        JsonCaptureKind.False or JsonCaptureKind.Null => false,
        JsonCaptureKind.String or JsonCaptureKind.Number =>
            page.Captured(index)!.Trim().ToLowerInvariant() is not ("" or "0" or "false" or "no" or "n"),
        _ => null,
    };
}
