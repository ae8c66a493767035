using System.Globalization;
using BearerTools.Diagnostics;
using BearerTools.Http;

namespace BearerTools.Running.Paging;

/// <summary>What the query parameter counts.</summary>
internal enum PageCount
{
    /// <summary>Items before the page, starting at 0.</summary>
    Items,

    /// <summary>Pages, starting at 1.</summary>
    Pages,
}

/// <summary>
/// Paging by a counter: the client counts items or pages, starting at the value in the URL. The last page is one that is empty or
/// shorter than the page size, or that reaches the total if the response states one.
/// </summary>
/// <param name="parameter">The query parameter for the counter.</param>
/// <param name="counted">What the counter counts.</param>
internal sealed class CountRule(string parameter, PageCount counted) : PageRule
{
    private readonly string[] _captures = [];

    protected override IReadOnlyList<string> Paths => _captures;

    public override bool CountsItself => true;

    /// <summary>The number of items of a full page. If unknown, only an empty page is known to be the last.</summary>
    public int? PageSize { get; init; }

    /// <summary>The query parameter for the page size; <see langword="null"/> if it is not sent.</summary>
    public string? SizeParameter { get; init; }

    /// <summary>The path of the total number of items in the response.</summary>
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

    protected override NextPage? Find(Page page)
    {
        if (page.IsNotList) throw PageFault.NotCounted(page);
        var isKnown = page.IsWhole
            || (counted == PageCount.Pages && page.Items >= (PageSize ?? 1) && (TotalPath is null || page.Captured(0) is not null));
        if (!isKnown) return null;
        if (page.IsNotJson) throw PageFault.NotCounted(page);
        if (page.Items == 0) return NextPage.None(new LastPage(LastPageReason.Empty));

        var position = PositionIn(page.Request.Address);
        if (Total(page) is { } total)
        {
            var reached = counted == PageCount.Items ? position + page.Items : page.ItemsBefore + page.Items;
            if (reached >= total) return NextPage.None(new LastPage(LastPageReason.TotalReached) { Count = total });
        }
        else if (page.Items < PageSize && !Flags.IsGiven)
        {
            return NextPage.None(new LastPage(LastPageReason.Short) { Count = PageSize.Value });
        }

        var next = position + (counted == PageCount.Items ? page.Items : 1);
        return NextPage.At(page, AddressQuery.With(page.Request.Address, parameter, Text(next)));
    }

    private long? Total(Page page) =>
        TotalPath is not null && long.TryParse(page.Captured(0), NumberStyles.None, CultureInfo.InvariantCulture, out var total)
            ? total
            : null;

    private long PositionIn(Uri address)
    {
        if (AddressQuery.Value(address, parameter) is not { } text) return counted == PageCount.Items ? 0 : 1;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw PageFault.NotANumber(address, parameter);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
