namespace BearerTools.Diagnostics;

/// <summary>An event in reading a result that comes in pages.</summary>
internal abstract record PagingEvent : DiagnosticEvent;

/// <summary>Why a page is the last.</summary>
internal enum LastPageReason
{
    /// <summary>The page has no link, cursor or mark of a next one.</summary>
    NoNextPage,

    /// <summary>The page has no items.</summary>
    Empty,

    /// <summary>The page has fewer items than a full one.</summary>
    Short,

    /// <summary>All items of the reported total have been read.</summary>
    TotalReached,
}

/// <summary>How paging ended.</summary>
/// <param name="Reason">Why the page is the last.</param>
/// <param name="Paths">Where in its JSON the page would have named a next one.</param>
internal sealed record LastPage(LastPageReason Reason, IReadOnlyList<string>? Paths = null)
{
    /// <summary>True if a Link header could have named a next page too.</summary>
    public bool ReadsHeader { get; init; }

    /// <summary>The size of a full page, or the total.</summary>
    public long Count { get; init; }
}

/// <summary>The last page was read.</summary>
internal sealed record LastPageReached(int Page, LastPage End) : PagingEvent;

/// <summary>There are more pages than were asked for.</summary>
internal sealed record PageLimitReached(int Page) : PagingEvent;
