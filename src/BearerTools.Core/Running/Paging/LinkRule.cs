using BearerTools.Diagnostics;
using BearerTools.Http;

namespace BearerTools.Running.Paging;

/// <summary>The answer itself says where the next page is: in a Link header (RFC 8288), or in its JSON.</summary>
/// <param name="readsHeader">Whether the link with the relation next is followed; it is known before the body.</param>
/// <param name="paths">Where the address may be in the JSON: the first that is there is meant.</param>
internal sealed class LinkRule(bool readsHeader, IReadOnlyList<string> paths) : PageRule
{
    /// <summary>The name that OData reserves for it (OData JSON Format 4.01 section 4.6.11), in full and in short.</summary>
    public static IReadOnlyList<string> ODataNames { get; } = ["@odata.nextLink", "@nextLink"];

    private const string What = "the next page";

    private readonly LastPage _end = new(LastPageReason.NoNextPage, paths) { ReadsHeader = readsHeader };

    public override IReadOnlyList<string> Captures => paths;

    public override NextPage? Next(Page page)
    {
        if (readsHeader && LinkHeader.Target(page.ApiResponse, "next") is { } target) return NextPage.At(ServerProvidedUri.Resolve(target, page.ApiResponse, What));
        for (var i = 0; i < paths.Count; i++)
        {
            if (!string.IsNullOrEmpty(page.Captured(i))) return NextPage.At(ServerProvidedUri.Resolve(page.Captured(i)!, page.ApiResponse, What));
            if (page.IsOtherThanText(i)) throw PageFault.NoText(page, paths[i]);
        }

        if (!page.IsWhole) return null;
        if (page.IsNoJson && !readsHeader) throw PageFault.NoJson(page, paths[0]);
        return NextPage.None(_end);
    }
}
