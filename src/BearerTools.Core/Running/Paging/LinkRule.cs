using BearerTools.Diagnostics;
using BearerTools.Http;

namespace BearerTools.Running.Paging;

/// <summary>Paging by links: the response gives the next page's URL in a Link header (RFC 8288) or in its JSON.</summary>
/// <param name="readsHeader">True if the link with the relation next is followed; it is known before the body.</param>
/// <param name="paths">The paths of the URL in the JSON; the first that exists is used.</param>
internal sealed class LinkRule(bool readsHeader, IReadOnlyList<string> paths) : PageRule
{
    /// <summary>The names that OData reserves for it (OData JSON Format 4.01 section 4.6.11), long and short.</summary>
    public static IReadOnlyList<string> ODataNames { get; } = ["@odata.nextLink", "@nextLink"];

    private const string What = "the next page";

    private readonly LastPage _end = new(LastPageReason.NoNextPage, paths) { ReadsHeader = readsHeader };

    public override IReadOnlyList<string> Captures => paths;

    public override NextPage? Next(Page page)
    {
        if (readsHeader && LinkHeader.Target(page.ApiResponse, "next") is { } target)
            return NextPage.At(ServerProvidedUri.Resolve(target, page.ApiResponse, What));
        for (var i = 0; i < paths.Count; i++)
        {
            if (!string.IsNullOrEmpty(page.Captured(i)))
                return NextPage.At(ServerProvidedUri.Resolve(page.Captured(i)!, page.ApiResponse, What));
            if (page.IsOtherThanText(i)) throw PageFault.NotText(page, paths[i]);
        }

        if (!page.IsWhole) return null;
        if (page.IsNotJson && !readsHeader) throw PageFault.NotJson(page, paths[0]);
        return NextPage.None(_end);
    }
}
