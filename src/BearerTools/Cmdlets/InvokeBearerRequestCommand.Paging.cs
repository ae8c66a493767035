using System.Management.Automation;
using BearerTools.Running.Paging;

namespace BearerTools.Cmdlets;

/// <content>Lists that come in pages.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private PageRule? _pages;

    /// <summary>Follows the link to the next page: the Link header's, or else OData's.</summary>
    [Parameter]
    [Alias("FL")]
    public SwitchParameter FollowRelLink { get; set; }

    /// <summary>How many pages of an input at most, in whatever way they are followed.</summary>
    [Parameter]
    [Alias("ML")]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumFollowRelLink { get; set; } = int.MaxValue;

    /// <summary>Where the address of the next page is in the answer: names joined with dots, such as links.next.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NextLinkPath { get; set; }

    /// <summary>Where the mark of the next page is in the answer: names joined with dots, such as meta.cursor.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CursorPath { get; set; }

    /// <summary>The name in the query that the mark is sent under.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CursorParameter { get; set; }

    /// <summary>The name in the query for the number of items to skip, which is counted here.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OffsetParameter { get; set; }

    /// <summary>The name in the query for the number of the page, which is counted here.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PageParameter { get; set; }

    /// <summary>How many items a whole page has: a shorter one is the last.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int PageSize { get; set; }

    /// <summary>The name in the query that the page size is sent under.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PageSizeParameter { get; set; }

    /// <summary>Where the answer tells how many items there are in all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TotalPath { get; set; }

    /// <summary>Nothing when pages are not asked for.</summary>
    /// <exception cref="BearerRequestException">The parameters do not go together.</exception>
    private PageRule? PageRuleOfParameters()
    {
        var byLink = FollowRelLink || NextLinkPath is not null;
        var byCount = OffsetParameter ?? PageParameter;
        if ((byLink ? 1 : 0) + (CursorPath is null ? 0 : 1) + (OffsetParameter is null ? 0 : 1) + (PageParameter is null ? 0 : 1) > 1)
            throw Conflict("Pages are followed in one way only.", "Give either links (-FollowRelLink, -NextLinkPath), or -CursorPath, or -OffsetParameter, or -PageParameter.");
        if ((CursorPath is null) != (CursorParameter is null))
            throw Conflict("-CursorPath says where the mark of the next page is, and -CursorParameter the name that it is sent under.", "Give both.");
        if (byCount is null && (PageSize > 0 || PageSizeParameter is not null || TotalPath is not null))
            throw Conflict("-PageSize, -PageSizeParameter and -TotalPath are for pages that are counted.", "Give -OffsetParameter or -PageParameter too.");
        if (PageSizeParameter is not null && PageSize == 0) throw Conflict("-PageSizeParameter is the name for -PageSize, which is not given.", "Give both.");

        if (byLink) return new LinkRule(FollowRelLink, Paths()) { MaxPages = MaximumFollowRelLink };
        if (CursorPath is not null) return new CursorRule(CursorPath, CursorParameter!) { MaxPages = MaximumFollowRelLink };
        if (byCount is null) return null;
        return new CountRule(byCount, OffsetParameter is null ? PageCount.Pages : PageCount.Items)
        {
            MaxPages = MaximumFollowRelLink,
            PageSize = PageSize > 0 ? PageSize : null,
            SizeParameter = PageSizeParameter,
            TotalPath = TotalPath,
        };
    }

    private string[] Paths()
    {
        string[] own = NextLinkPath is null ? [] : [NextLinkPath];
        return FollowRelLink ? [.. own, .. LinkRule.ODataNames] : own;
    }
}
