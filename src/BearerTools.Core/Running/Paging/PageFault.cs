using System.Globalization;
using BearerTools.Http;
using BearerTools.Json;
using BearerTools.Security;

namespace BearerTools.Running.Paging;

/// <summary>Errors that end paging early. The pages before are kept.</summary>
internal static class PageFault
{
    private const int LongestType = 100;

    public static BearerRequestException NotText(Page page, string path) => Fault(
        page,
        "NextPageNotText",
        $"the value at '{path}' is neither text nor a number",
        "Pass the path of the text inside it, such as links.next.href, or check what the API returns there.");

    /// <summary>The page says that there are more, but not where.</summary>
    public static BearerRequestException Incomplete(Page page, string flag) => Fault(
        page,
        "NextPageMissing",
        $"'{flag}' says that there are more pages, but the page has no link or cursor to the next one",
        page.Found is { } found ? $"{found} Correct the path of the link or cursor." : "Check the path of the link or cursor.");

    /// <summary>The page is none of the API, or an error that the API sends as a success.</summary>
    public static BearerRequestException OtherForm(Page page) => Unread(
        page,
        "PageTypeChanged",
        $"is {MediaType(page) ?? "of an unknown type"}, and the pages before it are {PageForms.Name(page.FormOfList)}",
        "Request the list again. If the error persists, check what is at that address: a proxy or a gateway may have sent the page instead "
            + "of the API.");

    public static BearerRequestException WithoutContent(Page page) => Unread(
        page,
        "PageWithoutContent",
        $"has no content, and the pages before it are {PageForms.Name(page.FormOfList)}",
        "Request the list again. If the error persists, report it to the API's owner: without objects, a page has an empty list or the "
            + "status 204.");

    /// <summary>The cursor is an object or array, which a URL and a header cannot carry.</summary>
    public static BearerRequestException CursorNeedsBody(Page page, string path) => Fault(
        page,
        "NextPageNotText",
        $"the cursor at '{path}' is an object or an array, which cannot be sent in a URL or a header",
        "Send it in the JSON body with -CursorIn Body, or pass the path of the text inside it, such as cursor.id or cursor[0].");

    public static BearerRequestException CursorTooLong(Page page, string path) => Fault(
        page,
        "NextPageNotText",
        string.Create(CultureInfo.InvariantCulture, $"the cursor at '{path}' is longer than {JsonCopy.Longest} bytes"),
        "Check the path of the cursor.");

    /// <summary>The body cannot carry the cursor.</summary>
    public static BearerRequestException BodyWithoutCursor(Page page, JsonCaptureKind kind) => kind == JsonCaptureKind.Container
        ? Fault(
            page,
            "CursorNotInBody",
            "the cursor is an object or an array, and the body, which is no JSON object, cannot carry it",
            "Give the body as an object.")
        : Fault(
            page,
            "CursorNotInBody",
            "the cursor cannot be added to the body, which is neither a JSON object nor a form",
            "Give the body as an object, or send the cursor with -CursorIn Query or Header.");

    public static BearerRequestException NotJson(Page page, string path) => Fault(
        page,
        "PageNotJson",
        $"the page is {MediaType(page) ?? "of an unknown type"}, not JSON, so it contains no '{path}'",
        "Check the address, and whether the API returns JSON only with an Accept header.");

    public static BearerRequestException NotCounted(Page page) => Fault(
        page,
        "PageNotCounted",
        "the page is not a JSON list, so its items cannot be counted",
        "Pass the path of the list with -ItemsPath.");

    public static BearerRequestException NotANumber(Uri address, string parameter) => new(
        $"The query of {RequestAddress.Printable(address)} contains '{parameter}' with a value that is not a number.")
    {
        ErrorId = "PageParameterNotNumber",
        Kind = BearerErrorKind.InvalidArgument,
        Address = RequestAddress.Printable(address),
        NextStep = "Use the number of the first page there, or omit the parameter.",
    };

    public static BearerRequestException Loop(Page page, Uri next) => Fault(
        page,
        "PageLoop",
        $"it links to {RequestAddress.Printable(next)}, which has already been requested",
        "Report the loop to the API's owner, or stop earlier with -MaximumFollowRelLink.");

    public static BearerRequestException CursorLoop(Page page, string place) => Fault(
        page,
        "PageLoop",
        $"its cursor in {place} is one that has already been sent",
        "If the API has a member that says whether there are more pages, name it with -HasMorePath. Otherwise report the loop to the API's "
            + "owner, or stop earlier with -MaximumFollowRelLink.");

    /// <summary>The same error for an address that a page links to.</summary>
    /// <param name="error">Why the token was not sent.</param>
    /// <param name="page">Number of the page.</param>
    /// <param name="from">The origin of the page.</param>
    /// <param name="to">The origin that it links to.</param>
    public static BearerRequestException AtOtherOrigin(BearerRequestException error, int page, Origin from, Origin to) => error.With(
        string.Create(CultureInfo.InvariantCulture, $"Page {page} links to its next page at {to}, not at {from}. {error.Message}"),
        $"If a gateway in front of the API does not rewrite its links, -RewriteNextLink requests them at {from}. {error.NextStep}");

    public static BearerRequestException Repeats(Page page) => Fault(
        page,
        "PageRepeats",
        $"page {page.Number} is identical to the page before it",
        "The API seems to ignore the paging parameter: check its name in the API's documentation.");

    public static BearerRequestException BodyNotReplayable(Page page) => Fault(
        page,
        "BodyNotReplayable",
        "it needs the same body, a stream that cannot be rewound and has already been sent",
        "Pass the body as text, bytes or a file.");

    /// <summary>The same error with the number of the page.</summary>
    public static BearerRequestException OfPage(BearerRequestException error, int page) =>
        error.With(string.Create(CultureInfo.InvariantCulture, $"Page {page}: {error.Message}"), error.NextStep);

    private static string? MediaType(Page page) => page.ApiResponse.Message.Content.Headers.ContentType?.MediaType is { } type
        ? ServerText.Clean(type, LongestType)
        : null;

    private static BearerRequestException Unread(Page page, string errorId, string why, string nextStep)
    {
        var template = page.ApiResponse.Template;
        return new BearerRequestException($"{RequestFailure.What(template)}: the page {why}.", page.ApiResponse.Status)
        {
            ErrorId = errorId,
            Kind = BearerErrorKind.InvalidData,
            Address = RequestAddress.Printable(template.Address),
            NextStep = nextStep,
        };
    }

    private static BearerRequestException Fault(Page page, string errorId, string why, string nextStep)
    {
        var address = RequestAddress.Printable(page.ApiResponse.Template.Address);
        return new BearerRequestException(
            $"The page after page {page.Number} ({address}) cannot be requested: {why}.", page.ApiResponse.Status)
        {
            ErrorId = errorId,
            Kind = BearerErrorKind.InvalidData,
            Address = address,
            NextStep = nextStep,
        };
    }
}
