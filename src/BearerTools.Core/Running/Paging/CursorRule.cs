using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Json;

namespace BearerTools.Running.Paging;

/// <summary>
/// Paging by a cursor: a value in the response's JSON or headers that is sent with the next request to the same URL, in its query, its body
/// or a header.
/// </summary>
/// <param name="path">The path of the cursor; <see langword="null"/> if it is in a header.</param>
/// <param name="parameter">The name that the cursor is sent under; in a body, names joined with dots.</param>
internal sealed class CursorRule(string? path, string parameter) : PageRule
{
    /// <summary>Parts of the names of headers that APIs send cursors in.</summary>
    private static readonly string[] s_words = ["next", "cursor", "continu", "marker", "scroll"];

    private readonly string[] _paths = path is null ? [] : [path];

    /// <summary>The response header with the cursor.</summary>
    public string? Header { get; init; }

    /// <summary>Where the cursor is sent.</summary>
    public CursorLocation Location { get; init; }

    /// <summary>Only a body can carry an object or array.</summary>
    public override bool KeepsContainers => path is not null && Location == CursorLocation.Body;

    protected override IReadOnlyList<string> Paths => _paths;

    protected override NextPage? Find(Page page)
    {
        if (Header is not null)
        {
            if (InHeader(page) is { } value) return With(page, value, JsonCaptureKind.String);
            return page.IsWhole ? NextPage.None(End()) : null;
        }

        var kind = page.Kind(0);
        if (kind == JsonCaptureKind.True) throw PageFault.NotText(page, path!);
        if (kind == JsonCaptureKind.Container && !KeepsContainers) throw PageFault.CursorNeedsBody(page, path!);
        if (page.Captured(0) is { Length: > 0 } cursor and not ("{}" or "[]"))
        {
            // A later element has another one.
            if (JsonCapturePath.HasIndex(path!) && !page.IsWhole) return null;
            return With(page, cursor, kind);
        }

        if (!page.IsWhole) return null;
        if (kind == JsonCaptureKind.Container && page.Captured(0) is null) throw PageFault.CursorTooLong(page, path!);
        if (page.IsNotJson) throw PageFault.NotJson(page, path!);
        return NextPage.None(End());
    }

    protected override bool IsMissing(Page page) => page.Kind(0) == JsonCaptureKind.Absent;

    public override BearerRequestException Loop(Page page, Uri next) =>
        PageFault.CursorLoop(page, Header is null ? $"'{path}'" : $"the header {Header}");

    /// <summary>A list of one page has no such header, so its absence alone is no reason to warn.</summary>
    protected override PagingEvent? Hint(Page page)
    {
        if (Header is null) return null;
        var headers = page.ApiResponse.AllHeaders();
        if (headers.ContainsKey(Header)) return null;
        var candidates = headers.Where(header => MayHoldCursor(header.Key) && header.Value.Any(value => !string.IsNullOrWhiteSpace(value)));
        var found = string.Join(", ", candidates.Select(header => header.Key));
        return found.Length > 0 ? new NextPageHeaderNotFound(Header, found) : null;
    }

    private static bool MayHoldCursor(string name) =>
        Array.Exists(s_words, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private LastPage End() => new(LastPageReason.NoNextPage, _paths) { Header = Header };

    private string? InHeader(Page page)
    {
        var message = page.ApiResponse.Message;
        return (message.Headers.NonValidated.TryGetValues(Header!, out var values)
                || message.Content.Headers.NonValidated.TryGetValues(Header!, out values))
            && values.FirstOrDefault()?.Trim() is { Length: > 0 } value
            ? value
            : null;
    }

    private NextPage With(Page page, string cursor, JsonCaptureKind kind)
    {
        var request = page.Request;
        switch (Location)
        {
            case CursorLocation.Body:
                var body = CursorBody.With(request, parameter, cursor, kind) ?? throw PageFault.BodyWithoutCursor(page, kind);
                return NextPage.Of(request with { Body = body, Cookies = null }, cursor);
            case CursorLocation.Header:
                var others = request.Headers.Where(header => !header.Key.Equals(parameter, StringComparison.OrdinalIgnoreCase));
                return NextPage.Of(request with { Headers = [.. others, new(parameter, cursor)], Cookies = null }, cursor);
            default:
                return NextPage.At(page, AddressQuery.With(request.Address, parameter, cursor));
        }
    }
}
