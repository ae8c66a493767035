using BearerTools.Security;

namespace BearerTools.Diagnostics;

/// <summary>An event while a paged result is read.</summary>
internal abstract record PagingEvent : DiagnosticEvent;

/// <summary>Why a page is the last.</summary>
internal enum LastPageReason
{
    /// <summary>The page has no link or cursor of a next page.</summary>
    NoNextPage,

    /// <summary>The page has no items.</summary>
    Empty,

    /// <summary>The page has fewer items than a full page.</summary>
    Short,

    /// <summary>All items of the reported total were read.</summary>
    TotalReached,

    /// <summary>The page says that it is the last.</summary>
    Flag,
}

/// <summary>How paging ended.</summary>
/// <param name="Reason">Why the page is the last.</param>
/// <param name="Paths">The JSON paths where the page could have contained the next link or cursor.</param>
internal sealed record LastPage(LastPageReason Reason, IReadOnlyList<string>? Paths = null)
{
    /// <summary>True if a Link header could also have contained the next page.</summary>
    public bool ReadsHeader { get; init; }

    /// <summary>The response header that could have contained the cursor, or <see langword="null"/>.</summary>
    public string? Header { get; init; }

    /// <summary>The size of a full page, or the total.</summary>
    public long Count { get; init; }
}

/// <summary>The last page was read.</summary>
internal sealed record LastPageReached(int Page, LastPage End) : PagingEvent;

/// <summary>There are more pages than requested.</summary>
internal sealed record PageLimitReached(int Page) : PagingEvent;

/// <summary>The first page has no link or cursor where the caller expects one, so that the list may be longer than it seems.</summary>
/// <param name="Path">The path that does not exist.</param>
/// <param name="Found">What the page has instead.</param>
internal sealed record NextPageNotFound(string Path, string Found) : PagingEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>The first page lacks the header with the cursor, so that the list may be longer than it seems.</summary>
/// <param name="Header">The header that does not exist.</param>
/// <param name="Found">The headers that may contain the cursor instead.</param>
internal sealed record NextPageHeaderNotFound(string Header, string Found) : PagingEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>The first page has a next page, but not the member that the caller named for that.</summary>
/// <param name="Path">The path that does not exist.</param>
/// <param name="Found">What the page has instead.</param>
internal sealed record MoreFlagNotFound(string Path, string Found) : PagingEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>The first page has no Link header, but an address in its JSON that may be that of the next page.</summary>
/// <param name="Path">The path of the address.</param>
internal sealed record NextLinkInBody(string Path) : PagingEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>The first page has no Link header, but a number in its JSON that may be that of the next page.</summary>
/// <param name="Path">The path of the number.</param>
/// <param name="Number">The number.</param>
internal sealed record NextNumberInBody(string Path, string Number) : PagingEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>A page links to its next page at another origin, which is requested at the origin of the page instead.</summary>
/// <param name="Page">The number of the page.</param>
/// <param name="From">The origin that it links to.</param>
/// <param name="To">The origin of the page.</param>
internal sealed record NextLinkRewritten(int Page, Origin From, Origin To) : PagingEvent;

/// <summary>A page has a Link header that is not in the syntax of RFC 8288, so that it is taken for the last one.</summary>
internal sealed record LinkHeaderUnreadable(int Page) : PagingEvent
{
    public override EventLevel Level => EventLevel.Warning;
}

/// <summary>A page that another one leads to has no content, and a status that says so; it is taken for the last one.</summary>
/// <param name="Page">The number of the page.</param>
/// <param name="StatusCode">The status.</param>
internal sealed record PageSaysEmpty(int Page, int StatusCode) : PagingEvent
{
    public override EventLevel Level => EventLevel.Warning;
}
