using BearerTools.Diagnostics;
using BearerTools.Http;

namespace BearerTools.Running.Paging;

/// <summary>
/// How an API links its pages. One instance serves all inputs of a command; the state of one sequence of pages is in its
/// <see cref="Page"/>s.
/// </summary>
internal abstract class PageRule
{
    /// <summary>The paths to capture in each page's JSON; a page returns them by index.</summary>
    public virtual IReadOnlyList<string> Captures => [];

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
    public abstract NextPage? Next(Page page);
}

/// <summary>What follows a page.</summary>
/// <param name="Address">The URL of the next page; <see langword="null"/> after the last.</param>
/// <param name="End">Why there is no next page; <see langword="null"/> if there is one.</param>
internal sealed record NextPage(Uri? Address, LastPage? End)
{
    public static NextPage At(Uri address) => new(address, null);

    public static NextPage None(LastPage end) => new(null, end);
}
