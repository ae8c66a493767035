using System.Net;

namespace BearerTools.Http;

/// <summary>Recognises a part of a resource that is sent although all of it was requested (RFC 9110 section 15.3.7).</summary>
internal static class PartialResponse
{
    /// <summary>
    /// The error for a response that lacks bytes; <see langword="null"/> for others. Ranges of other units are no fault: some APIs send
    /// the status 206 for a page of a list.
    /// </summary>
    public static BearerRequestException? Error(ApiResponse response)
    {
        if (response.Status != HttpStatusCode.PartialContent || response.Template.Method == HttpMethod.Head
            || response.Message.RequestMessage?.Headers.NonValidated.Contains("Range") != false
            || response.Message.Content.Headers.ContentRange is not { HasRange: true, Unit: "bytes" } range
            || (range.From == 0 && range.To == range.Length - 1))
            return null;
        return new BearerRequestException(
            $"{RequestFailure.What(response.Template)}: the server sent only a part ({range}), although all of it was requested.",
            response.Status, RequestFailure.Headers(response.Message), null)
        {
            ErrorId = "PartialResponse",
            Kind = BearerErrorKind.InvalidData,
            Address = RequestAddress.Printable(response.Template.Address),
            NextStep = "Report it to the owner of the API, or of the proxy in front of it. -SkipHttpErrorCheck returns the part.",
        };
    }
}
