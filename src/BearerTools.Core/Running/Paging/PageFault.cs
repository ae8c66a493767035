using BearerTools.Http;

namespace BearerTools.Running.Paging;

/// <summary>Why there should be more pages and none can be asked for. What was read before is kept.</summary>
internal static class PageFault
{
    public static BearerRequestException NoText(Page page, string path) => Fault(
        page,
        "NextPageNotText",
        $"what it has at '{path}' is no text and no number",
        "Name the text in it, such as links.next.href, or see what the API sends there.");

    public static BearerRequestException NoJson(Page page, string path) => Fault(
        page,
        "PageNotJson",
        $"it is {page.ApiResponse.Message.Content.Headers.ContentType?.MediaType ?? "nothing that says what it is"} and no JSON, so that no '{path}' can be found in it",
        "Check the address, and whether the API has to be asked for JSON with an Accept header.");

    public static BearerRequestException NotCounted(Page page) => Fault(
        page,
        "PageNotCounted",
        "it is no list in JSON, so that its items cannot be counted",
        "Name the list in it with -ItemsPath.");

    public static BearerRequestException NotANumber(Uri address, string parameter) => new($"{RequestAddress.Printable(address)} has '{parameter}' in its query, and no number behind it to count on from.")
    {
        ErrorId = "PageParameterNotNumber",
        Kind = BearerErrorKind.InvalidArgument,
        Address = RequestAddress.Printable(address),
        NextStep = "Write the number of the first page there, or leave the name out.",
    };

    public static BearerRequestException Loop(Page page, Uri next) => Fault(
        page,
        "PageLoop",
        $"it leads on to {RequestAddress.Printable(next)}, which was a page of this answer before",
        "The pages go in a circle: tell whoever runs the API; or end earlier with -MaximumFollowRelLink.");

    public static BearerRequestException Repeats(Page page) => Fault(
        page,
        "PageRepeats",
        "it is the page before once more, byte for byte",
        "The API does not seem to know the name that the pages are counted under: check it in the API's description.");

    public static BearerRequestException BodyIsGone(Page page) => Fault(
        page,
        "BodyNotReplayable",
        "the next one is asked for with the same body, a stream that cannot be wound back and has already been sent",
        "Give the body as text, bytes or a file.");

    private static BearerRequestException Fault(Page page, string errorId, string why, string nextStep)
    {
        var address = RequestAddress.Printable(page.ApiResponse.Template.Address);
        return new BearerRequestException($"After page {page.Number}, {address}, no other can be asked for: {why}.", page.ApiResponse.Status)
        {
            ErrorId = errorId,
            Kind = BearerErrorKind.InvalidData,
            Address = address,
            NextStep = nextStep,
        };
    }
}
