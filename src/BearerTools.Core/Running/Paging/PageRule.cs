using BearerTools.Diagnostics;
using BearerTools.Http;

namespace BearerTools.Running.Paging;

/// <summary>
/// How an API links its pages. One instance serves all inputs of a command; the state of one sequence of pages is in its
/// <see cref="Page"/>s.
/// </summary>
internal abstract class PageRule
{
    private string[]? _captures;
    private int _warned;

    /// <summary>The paths to capture in each page's JSON; a page returns them by index.</summary>
    public IReadOnlyList<string> Captures => _captures ??= [.. Paths, .. Flags.Paths];

    /// <summary>True if the JSON of objects and arrays at the paths is captured too.</summary>
    public virtual bool KeepsContainers => false;

    /// <summary>The rule's own paths, which come first in <see cref="Captures"/>.</summary>
    protected virtual IReadOnlyList<string> Paths => [];

    /// <summary>What says that there are no more pages.</summary>
    public MoreFlags Flags { get; init; } = MoreFlags.None;

    /// <summary>True if the client counts, so that the server may never end: a page equal to the previous one is then an error.</summary>
    public virtual bool CountsItself => false;

    /// <summary>The maximum number of pages per input.</summary>
    public int MaxPages { get; init; } = int.MaxValue;

    /// <summary>Returns the request for the first page.</summary>
    /// <exception cref="BearerRequestException">The rule cannot be applied to this address.</exception>
    public virtual RequestTemplate First(RequestTemplate template) => template;

    /// <summary>
    /// Returns what follows a page. Called repeatedly while the page is read, so that the next one can be requested early. When the
    /// page <see cref="Page.IsWhole"/>, the result is not <see langword="null"/>.
    /// </summary>
    /// <returns>The next page or the end; <see langword="null"/> if it is not known yet.</returns>
    /// <exception cref="BearerRequestException">There should be a next page, but it cannot be requested.</exception>
    public NextPage? Next(Page page)
    {
        var hasMore = Flags.Read(page, Paths.Count);
        if (hasMore == false) return NextPage.None(new LastPage(LastPageReason.Flag, Flags.Paths));
        if (Flags.IsGiven && hasMore is null && !page.IsWhole) return null;
        var next = Find(page);
        return hasMore == true && next?.End?.Reason == LastPageReason.NoNextPage ? throw PageFault.Incomplete(page, Flags.Paths[0]) : next;
    }

    /// <summary>True if the page, which has been read, turned out to be the last after its successor was requested.</summary>
    public bool IsLast(Page page) => Flags.Read(page, Paths.Count) == false;

    /// <summary>
    /// The path that the first page should have and has not, so that the list may be longer than it seems; otherwise
    /// <see langword="null"/>. Returned once per command.
    /// </summary>
    public string? Missing(Page page, LastPage end) =>
        end.Reason == LastPageReason.NoNextPage && page is { Number: 1, Items: > 0, IsWhole: true, Found: not null }
            && Paths.Count > 0 && IsMissing(page) && Interlocked.Exchange(ref _warned, 1) == 0
            ? Paths[0]
            : null;

    /// <summary>True if the page lacks all of the rule's paths, and an API always sends one of them.</summary>
    protected virtual bool IsMissing(Page page) => false;

    /// <inheritdoc cref="Next"/>
    protected abstract NextPage? Find(Page page);
}

/// <summary>What follows a page.</summary>
/// <param name="Request">The request for the next page; <see langword="null"/> after the last.</param>
/// <param name="Key">What tells it from other pages; <see langword="null"/> after the last.</param>
/// <param name="End">Why there is no next page; <see langword="null"/> if there is one.</param>
internal sealed record NextPage(RequestTemplate? Request, string? Key, LastPage? End)
{
    public static NextPage At(Page page, Uri address) => Of(page.Request.At(address));

    /// <param name="request">The request.</param>
    /// <param name="cursor">The cursor, if it is not in the URL.</param>
    public static NextPage Of(RequestTemplate request, string? cursor = null) => new(request, KeyOf(request, cursor), null);

    public static NextPage None(LastPage end) => new(null, null, end);

    /// <summary>What tells a page from others.</summary>
    public static string KeyOf(RequestTemplate request, string? cursor = null) =>
        cursor is null ? request.Address.AbsoluteUri : $"{request.Address.AbsoluteUri} {cursor}";
}
