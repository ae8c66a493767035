using System.Globalization;
using BearerTools.Diagnostics;
using BearerTools.Http;

namespace BearerTools.Running.Paging;

/// <summary>What is counted in the query.</summary>
internal enum PageCount
{
    /// <summary>The items before the page; the first page has 0.</summary>
    Items,

    /// <summary>The pages; the first has 1.</summary>
    Pages,
}

/// <summary>
/// The caller counts: items or pages, from where the address begins to. It ends with a page that is empty, or shorter
/// than pages are, or with the total if the answer tells it.
/// </summary>
/// <param name="parameter">The name in the query that the count is sent under.</param>
/// <param name="counted">What is counted.</param>
internal sealed class CountRule(string parameter, PageCount counted) : PageRule
{
    private readonly string[] _captures = [];

    public override IReadOnlyList<string> Captures => _captures;

    public override bool CountsItself => true;

    /// <summary>How many items a whole page has. Unknown, only an empty page is known to be the last.</summary>
    public int? PageSize { get; init; }

    /// <summary>The name in the query that the page size is sent under; nothing when it is not sent.</summary>
    public string? SizeParameter { get; init; }

    /// <summary>Where the answer tells how many items there are in all.</summary>
    public string? TotalPath
    {
        get => _captures.FirstOrDefault();
        init => _captures = value is null ? [] : [value];
    }

    public override RequestTemplate First(RequestTemplate template)
    {
        var address = AddressQuery.With(template.Address, parameter, Text(PositionIn(template.Address)));
        if (SizeParameter is not null && PageSize is { } size) address = AddressQuery.With(address, SizeParameter, Text(size));
        return template with { Address = address };
    }

    public override NextPage? Next(Page page)
    {
        if (page.IsNoList) throw PageFault.NotCounted(page);
        var isKnown = page.IsWhole || (counted == PageCount.Pages && page.Items >= (PageSize ?? 1) && (TotalPath is null || page.Captured(0) is not null));
        if (!isKnown) return null;
        if (page.IsNoJson) throw PageFault.NotCounted(page);
        if (page.Items == 0) return NextPage.None(new LastPage(LastPageReason.Empty));

        var position = PositionIn(page.Asked.Address);
        if (Total(page) is { } total)
        {
            var reached = counted == PageCount.Items ? position + page.Items : page.ItemsBefore + page.Items;
            if (reached >= total) return NextPage.None(new LastPage(LastPageReason.TotalReached) { Count = total });
        }
        else if (page.Items < PageSize)
        {
            return NextPage.None(new LastPage(LastPageReason.Short) { Count = PageSize.Value });
        }

        var next = position + (counted == PageCount.Items ? page.Items : 1);
        return NextPage.At(AddressQuery.With(page.Asked.Address, parameter, Text(next)));
    }

    private long? Total(Page page) =>
        TotalPath is not null && long.TryParse(page.Captured(0), NumberStyles.None, CultureInfo.InvariantCulture, out var total) ? total : null;

    private long PositionIn(Uri address)
    {
        if (AddressQuery.Value(address, parameter) is not { } text) return counted == PageCount.Items ? 0 : 1;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var position) ? position : throw PageFault.NotANumber(address, parameter);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
