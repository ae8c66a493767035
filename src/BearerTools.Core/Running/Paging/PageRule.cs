using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Security;

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
    public IReadOnlyList<string> Captures => _captures ??= [.. Paths, .. Flags.Paths, .. Hints];

    /// <summary>True if the JSON of objects and arrays at the paths is captured too.</summary>
    public virtual bool KeepsContainers => false;

    /// <summary>The rule's own paths, which come first in <see cref="Captures"/>.</summary>
    protected virtual IReadOnlyList<string> Paths => [];

    /// <summary>
    /// Paths of links that the rule does not follow, for a warning if the first page seems to be the last. They come last in
    /// <see cref="Captures"/>.
    /// </summary>
    protected virtual IReadOnlyList<string> Hints => [];

    /// <summary>The index of the first of <see cref="Hints"/> in <see cref="Captures"/>.</summary>
    protected int FirstHint => Paths.Count + Flags.Paths.Count;

    /// <summary>The index of the member that the caller named for more pages in <see cref="Captures"/>; -1 if there is none.</summary>
    public int GivenFlag => Flags.IsGiven ? Paths.Count : -1;

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
        var hasMore = Flags.Read(page, Paths.Count, out var flag);
        if (hasMore == false) return NextPage.None(new LastPage(LastPageReason.Flag, Flags.Paths));
        if (Flags.IsGiven && hasMore is null && !page.IsWhole) return null;
        var next = Find(page);
        return hasMore == true && next?.End?.Reason == LastPageReason.NoNextPage ? throw PageFault.Incomplete(page, flag) : next;
    }

    /// <summary>True if the page, which has been read, turned out to be the last after its successor was requested.</summary>
    public bool IsLast(Page page) => Flags.Read(page, Paths.Count, out _) == false;

    /// <summary>
    /// The warning that the parameters do not seem to fit the API, so that the list may be longer or shorter than it seems; otherwise
    /// <see langword="null"/>. Returned once per command.
    /// </summary>
    public PagingEvent? Doubt(Page page, NextPage next)
    {
        var endsHere = next.End?.Reason == LastPageReason.NoNextPage;
        PagingEvent? doubt = null;
        if (page is { Number: 1, Items: > 0, IsWhole: true, IsNotJson: false })
        {
            if (endsHere && Paths.Count > 0 && page.Found is { } found && IsMissing(page)) doubt = new NextPageNotFound(Paths[0], found);
            else if (endsHere) doubt = Hint(page);
            else if (page.FoundBesideFlag is { } beside) doubt = new MoreFlagNotFound(Flags.Paths[0], beside);
        }

        else if (endsHere && page.SaysEmpty && page.FormOfList != PageForm.None)
        {
            doubt = new PageSaysEmpty(page.Number, (int)page.ApiResponse.Status);
        }

        if (endsHere) doubt ??= OfEnd(page);
        return doubt is not null && Interlocked.Exchange(ref _warned, 1) == 0 ? doubt : null;
    }

    /// <summary>The warning for a first page that is the last, though it has something else that may lead to the next one.</summary>
    protected virtual PagingEvent? Hint(Page page) => null;

    /// <summary>The warning for any page that is the last because it cannot be read.</summary>
    protected virtual PagingEvent? OfEnd(Page page) => null;

    /// <summary>True if the page lacks all of the rule's paths, and an API always sends one of them.</summary>
    protected virtual bool IsMissing(Page page) => false;

    /// <summary>The error for a next page that was requested before.</summary>
    public virtual BearerRequestException Loop(Page page, Uri next) => PageFault.Loop(page, next);

    /// <inheritdoc cref="Next"/>
    protected abstract NextPage? Find(Page page);
}

/// <summary>What follows a page.</summary>
/// <param name="Request">The request for the next page; <see langword="null"/> after the last.</param>
/// <param name="Key">What tells it from other pages; <see langword="null"/> after the last.</param>
/// <param name="End">Why there is no next page; <see langword="null"/> if there is one.</param>
internal sealed record NextPage(RequestTemplate? Request, string? Key, LastPage? End)
{
    /// <summary>The origin that the page links to, if that of the page is requested instead; otherwise <see langword="null"/>.</summary>
    public Origin? RewrittenFrom { get; init; }

    public static NextPage At(Page page, Uri address) => Of(page.Request.At(address));

    /// <param name="request">The request.</param>
    /// <param name="cursor">The cursor, if it is not in the URL.</param>
    public static NextPage Of(RequestTemplate request, string? cursor = null) => new(request, KeyOf(request, cursor), null);

    public static NextPage None(LastPage end) => new(null, null, end);

    /// <summary>What tells a page from others.</summary>
    public static string KeyOf(RequestTemplate request, string? cursor = null) =>
        cursor is null ? request.Address.AbsoluteUri : $"{request.Address.AbsoluteUri} {cursor}";
}
