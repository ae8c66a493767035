using BearerTools.Diagnostics;
using BearerTools.Http;

namespace BearerTools.Running.Paging;

/// <summary>
/// How an API leads from one page to the next. One serves all inputs of a command: what belongs to one chain of pages is
/// in its <see cref="Page"/>s.
/// </summary>
internal abstract class PageRule
{
    /// <summary>The texts that are wanted of each page's JSON; a page gives them by their places here.</summary>
    public virtual IReadOnlyList<string> Captures => [];

    /// <summary>Whether the server is trusted to end: if not, a page that is the same as the one before is an error.</summary>
    public virtual bool CountsItself => false;

    /// <summary>After so many pages of an input no more are asked for.</summary>
    public int MaxPages { get; init; } = int.MaxValue;

    /// <summary>What asks for the first page.</summary>
    /// <exception cref="BearerRequestException">The rule cannot be applied to this address.</exception>
    public virtual RequestTemplate First(RequestTemplate template) => template;

    /// <summary>
    /// What comes after a page. It is asked for again and again while the page is read, so that the next one can be on its
    /// way early; when the page <see cref="Page.IsWhole"/>, it has to know.
    /// </summary>
    /// <returns>Nothing when that cannot be known yet.</returns>
    /// <exception cref="BearerRequestException">There should be a next page, but it cannot be asked for.</exception>
    public abstract NextPage? Next(Page page);
}

/// <summary>What comes after a page.</summary>
/// <param name="Address">Where the next one is; nothing after the last.</param>
/// <param name="End">Why there is no next page; <see langword="null"/> if there is one.</param>
internal sealed record NextPage(Uri? Address, LastPage? End)
{
    public static NextPage At(Uri address) => new(address, null);

    public static NextPage None(LastPage end) => new(null, end);
}
