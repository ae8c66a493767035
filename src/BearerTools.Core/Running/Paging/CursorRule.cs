using BearerTools.Diagnostics;
using BearerTools.Http;

namespace BearerTools.Running.Paging;

/// <summary>The answer's JSON holds a mark, with which the same address is asked again.</summary>
/// <param name="path">Where the mark is.</param>
/// <param name="parameter">The name in the query that the mark is sent under.</param>
internal sealed class CursorRule(string path, string parameter) : PageRule
{
    private readonly LastPage _end = new(LastPageReason.NoNextPage, [path]);

    public override IReadOnlyList<string> Captures { get; } = [path];

    public override NextPage? Next(Page page)
    {
        if (!string.IsNullOrEmpty(page.Captured(0))) return NextPage.At(AddressQuery.With(page.Asked.Address, parameter, page.Captured(0)!));
        if (page.IsOtherThanText(0)) throw PageFault.NoText(page, path);
        if (!page.IsWhole) return null;
        if (page.IsNoJson) throw PageFault.NoJson(page, path);
        return NextPage.None(_end);
    }
}
