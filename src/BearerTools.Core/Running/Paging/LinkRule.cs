using System.Globalization;
using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Json;
using BearerTools.Security;

namespace BearerTools.Running.Paging;

/// <summary>Paging by links: the response gives the next page's URL in a Link header (RFC 8288) or in its JSON.</summary>
/// <param name="readsHeader">True if the link with the relation next is followed; it is known before the body.</param>
/// <param name="paths">The paths of the URL in the JSON; the first that exists is used.</param>
internal sealed class LinkRule(bool readsHeader, IReadOnlyList<string> paths) : PageRule
{
    /// <summary>The names that OData reserves for it (OData JSON Format 4.01 section 4.6.11), long and short.</summary>
    public static IReadOnlyList<string> ODataNames { get; } = ["@odata.nextLink", "@nextLink"];

    /// <summary>Where APIs commonly have the address of the next page.</summary>
    private static readonly string[] s_hints =
    [
        "next", "nextLink", "next_link", "nextPageLink", "next_page_url", "next_url", "_links.next.href", "_links.next", "links.next",
        "links.next.href", "paging.next", "paging.next.link", "pagination.next", "pagination.next_url", "meta.next", "nextRecordsUrl",
        "nextPageUrl", NextNumber, "d.__next",
    ];

    /// <summary>Where APIs that count pages have the number of the next one, or its address.</summary>
    private const string NextNumber = "next_page";

    private const string What = "the next page";

    private readonly LastPage _end = new(LastPageReason.NoNextPage, paths) { ReadsHeader = readsHeader };

    protected override IReadOnlyList<string> Paths => paths;

    /// <summary>True if links to another origin are requested at that of the page: a gateway may not rewrite them.</summary>
    public bool Rewrites { get; init; }

    protected override NextPage? Find(Page page)
    {
        if (readsHeader && LinkHeader.Target(page.ApiResponse, "next") is { } target && !string.IsNullOrWhiteSpace(target))
            return At(page, target);
        for (var i = 0; i < paths.Count; i++)
        {
            if (!string.IsNullOrWhiteSpace(page.Captured(i))) return At(page, page.Captured(i)!);
            if (page.IsOtherThanText(i)) throw PageFault.NotText(page, paths[i]);
        }

        if (!page.IsWhole) return null;
        if (page.IsNotJson && !readsHeader) throw PageFault.NotJson(page, paths[0]);
        return NextPage.None(_end);
    }

    /// <summary>The last page of OData has no link, and a header may have been the place.</summary>
    protected override bool IsMissing(Page page) =>
        !readsHeader && !ODataNames.Contains(paths[0]) && Enumerable.Range(0, paths.Count).All(i => page.Kind(i) == JsonCaptureKind.Absent);

    /// <summary>Only links in headers are looked for where the caller did not say.</summary>
    protected override IReadOnlyList<string> Hints => readsHeader ? s_hints : [];

    protected override PagingEvent? Hint(Page page)
    {
        for (var i = 0; i < Hints.Count; i++)
        {
            if (page.Captured(FirstHint + i) is not { } text) continue;
            if (IsAddress(text)) return new NextLinkInBody(s_hints[i]);
            if (s_hints[i] == NextNumber && IsLater(text, page)) return new NextNumberInBody(NextNumber, text);
        }

        return null;
    }

    protected override PagingEvent? OfEnd(Page page) =>
        readsHeader && LinkHeader.IsUnreadable(page.ApiResponse) ? new LinkHeaderUnreadable(page.Number) : null;

    private static bool IsAddress(string text) =>
        text is ['/' or '?', ..] || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for a number that is greater than that of the requested page.</summary>
    private static bool IsLater(string text, Page page) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var next)
        && (!long.TryParse(AddressQuery.Value(page.Request.Address, "page"), out var current) ? next > 1 : next > current);

    private NextPage At(Page page, string target)
    {
        var address = ServerProvidedUri.Resolve(target, page.ApiResponse, What, hasObjects: true);
        if (!Rewrites || Origin.Of(address) == page.Request.Origin) return NextPage.At(page, address);
        var here = page.Request.Address;
        var rewritten = RequestAddress.Build(new UriBuilder(address) { Scheme = here.Scheme, Host = here.Host, Port = here.Port });
        return NextPage.At(page, rewritten) with { RewrittenFrom = Origin.Of(address) };
    }
}
