using System.Management.Automation;
using BearerTools.Running.Paging;

namespace BearerTools.Cmdlets;

/// <content>Paged lists.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private PageRule? _pages;

    /// <summary>Follows links to the next page: in the Link header, or @odata.nextLink in the body.</summary>
    [Parameter]
    [Alias("FL")]
    public SwitchParameter FollowRelLink { get; set; }

    /// <summary>Maximum number of pages to request per input, for all kinds of paging.</summary>
    [Parameter]
    [Alias("ML")]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumFollowRelLink { get; set; } = int.MaxValue;

    /// <summary>Path of the next page's address in the response: names joined with dots, such as links.next.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NextLinkPath { get; set; }

    /// <summary>Path of the cursor of the next page in the response: names joined with dots, such as meta.cursor.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CursorPath { get; set; }

    /// <summary>Query parameter that the cursor is sent in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CursorParameter { get; set; }

    /// <summary>Query parameter for the number of items to skip, which is counted automatically.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OffsetParameter { get; set; }

    /// <summary>Query parameter for the page number, which is counted automatically.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PageParameter { get; set; }

    /// <summary>Number of items on a full page. A page with fewer items is the last.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int PageSize { get; set; }

    /// <summary>Query parameter that the page size is sent in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PageSizeParameter { get; set; }

    /// <summary>Path of the total number of items in the response.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TotalPath { get; set; }

    /// <summary>The paging rule, or <see langword="null"/> if paging is not requested.</summary>
    /// <exception cref="BearerRequestException">The parameters cannot be combined.</exception>
    private PageRule? PageRuleOfParameters()
    {
        var byLink = FollowRelLink || NextLinkPath is not null;
        var byCount = OffsetParameter ?? PageParameter;
        if ((byLink ? 1 : 0) + (CursorPath is null ? 0 : 1) + (OffsetParameter is null ? 0 : 1) + (PageParameter is null ? 0 : 1) > 1)
            throw Conflict(
                "Only one kind of paging can be used at a time.",
                "Use either links (-FollowRelLink, -NextLinkPath), or -CursorPath, or -OffsetParameter, or -PageParameter.");
        if ((CursorPath is null) != (CursorParameter is null))
            throw Conflict(
                "-CursorPath and -CursorParameter need each other: the path of the cursor in the response, and the query parameter to send "
                    + "it in.",
                "Use both.");
        if (byCount is null && (PageSize > 0 || PageSizeParameter is not null || TotalPath is not null))
            throw Conflict(
                "-PageSize, -PageSizeParameter and -TotalPath need -OffsetParameter or -PageParameter.", "Use one of them too.");
        if (PageSizeParameter is not null && PageSize == 0) throw Conflict("-PageSizeParameter needs -PageSize.", "Use both.");

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
