using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Http;
using BearerTools.Running.Paging;
using static BearerTools.Pipeline.ParameterErrors;

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

    /// <summary>Response header that contains the cursor of the next page, such as x-ms-continuationtoken.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CursorHeader { get; set; }

    /// <summary>Name that the cursor is sent under: a query parameter, a member of the body or a header, as -CursorIn says.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CursorParameter { get; set; }

    /// <summary>Where the cursor is sent: in the query (default), the body or a header.</summary>
    [Parameter]
    [EnumTransformation<CursorLocation>]
    public CursorLocation CursorIn { get; set; }

    /// <summary>Path of the member of the response that says whether there are more pages, such as meta.has_more.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HasMorePath { get; set; }

    /// <summary>Requests links to another origin at the origin of the page, for APIs whose gateway does not rewrite them.</summary>
    [Parameter]
    public SwitchParameter RewriteNextLink { get; set; }

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
        var byCursor = CursorPath is not null || CursorHeader is not null;
        var byCount = OffsetParameter ?? PageParameter;
        if ((byLink ? 1 : 0) + (byCursor ? 1 : 0) + (OffsetParameter is null ? 0 : 1) + (PageParameter is null ? 0 : 1) > 1)
            throw Conflict(
                "Only one kind of paging can be used at a time.",
                "Use either links (-FollowRelLink, -NextLinkPath), or -CursorPath, or -CursorHeader, or -OffsetParameter, or "
                    + "-PageParameter.");
        CheckCursor(byCursor);
        if (byCount is null && (PageSize > 0 || PageSizeParameter is not null || TotalPath is not null))
            throw Conflict(
                "-PageSize, -PageSizeParameter and -TotalPath need -OffsetParameter or -PageParameter.", "Use one of them too.");
        if (PageSizeParameter is not null && PageSize == 0) throw Conflict("-PageSizeParameter needs -PageSize.", "Use both.");
        if (RewriteNextLink && !byLink) throw Conflict("-RewriteNextLink needs -FollowRelLink or -NextLinkPath.", "Use one of them too.");
        if (HasMorePath is not null && !byLink && !byCursor && byCount is null)
            throw Conflict("-HasMorePath needs a kind of paging.", "Use links, a cursor, -OffsetParameter or -PageParameter too.");

        if (byLink)
        {
            return new LinkRule(FollowRelLink, Paths())
            {
                MaxPages = MaximumFollowRelLink,
                Flags = Flags(NextLinkPath),
                Rewrites = RewriteNextLink,
            };
        }

        if (byCursor)
        {
            return new CursorRule(CursorPath, CursorParameter ?? CursorHeader!)
            {
                MaxPages = MaximumFollowRelLink,
                Flags = Flags(CursorPath),
                Header = CursorHeader,
                Location = CursorIn,
            };
        }

        if (byCount is null) return null;
        return new CountRule(byCount, OffsetParameter is null ? PageCount.Pages : PageCount.Items)
        {
            MaxPages = MaximumFollowRelLink,
            Flags = Flags(null),
            PageSize = PageSize > 0 ? PageSize : null,
            SizeParameter = PageSizeParameter,
            TotalPath = TotalPath,
        };
    }

    private void CheckCursor(bool byCursor)
    {
        if (CursorPath is not null && CursorHeader is not null)
            throw Conflict("-CursorPath cannot be combined with -CursorHeader.", "Use only one of them.");
        if (!byCursor && (CursorParameter is not null || IsTyped(nameof(CursorIn))))
            throw Conflict("-CursorParameter and -CursorIn need -CursorPath or -CursorHeader.", "Use one of them too.");
        if (byCursor && CursorParameter is null && (CursorHeader is null || CursorIn != CursorLocation.Header))
            throw Conflict(
                "A cursor needs -CursorParameter: the name to send it under.",
                "Pass it too. With -CursorHeader and -CursorIn Header, it is the name of that header by default.");
        if (CursorIn == CursorLocation.Body && !MethodTraits.TakesBody(HttpMethod))
            throw Conflict($"-CursorIn Body needs a method that takes a body, and {HttpMethod} does not.", "Use one such as -Method Post.");
    }

    private MoreFlags Flags(string? path) =>
        HasMorePath is not null ? MoreFlags.At(HasMorePath) : path is not null ? MoreFlags.Beside(path) : MoreFlags.None;

    private string[] Paths()
    {
        string[] own = NextLinkPath is null ? [] : [NextLinkPath];
        return FollowRelLink ? [.. own, .. LinkRule.ODataNames] : own;
    }
}
