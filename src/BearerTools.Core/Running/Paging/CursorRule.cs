using BearerTools.Diagnostics;
using BearerTools.Http;

namespace BearerTools.Running.Paging;

/// <summary>Paging by a cursor: the response's JSON contains a value that is sent with the next request to the same URL.</summary>
/// <param name="path">The path of the cursor.</param>
/// <param name="parameter">The query parameter for the cursor.</param>
internal sealed class CursorRule(string path, string parameter) : PageRule
{
    private readonly LastPage _end = new(LastPageReason.NoNextPage, [path]);

    public override IReadOnlyList<string> Captures { get; } = [path];

    public override NextPage? Next(Page page)
    {
        if (!string.IsNullOrEmpty(page.Captured(0)))
            return NextPage.At(AddressQuery.With(page.Request.Address, parameter, page.Captured(0)!));
        if (page.IsOtherThanText(0)) throw PageFault.NotText(page, path);
        if (!page.IsWhole) return null;
        if (page.IsNotJson) throw PageFault.NotJson(page, path);
        return NextPage.None(_end);
    }
}
