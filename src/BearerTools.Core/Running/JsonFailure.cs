using System.Text;
using BearerTools.Http;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Running;

/// <summary>Errors about JSON of a successful response.</summary>
internal static class JsonFailure
{
    private const string NotAnError =
        "Correct what the error names, or try again. If it is none, pass a path that the response has with -ItemsPath.";

    /// <summary>Bounds the reading of the rest of an invalid body: the error must not wait for it.</summary>
    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(1);

    /// <param name="template">The request.</param>
    /// <param name="fault">The fault, with what an event reports.</param>
    /// <param name="body">The text of the body, as far as it is shown.</param>
    /// <param name="hasObjects">True if objects before the fault were returned.</param>
    public static BearerRequestException Of(
        RequestTemplate template, JsonFormatException fault, string? body = null, bool hasObjects = true)
    {
        if (fault.ErrorId == JsonFormatException.NoItemsId && ReportedError.Words(fault.Reported) is { } reported)
        {
            return RequestFailure.InvalidBody(
                template, fault, fault.ErrorId, $"The response is an error: {reported.TrimEnd('.')}. {fault.Message}", NotAnError, body);
        }

        var isEvent = fault.ErrorId == JsonFormatException.StreamErrorId;
        var words = isEvent ? ProblemText.From(fault.Reported, isCut: false, mediaType: null) : null;
        var what = words is null ? fault.Message : $"{fault.Message}: {words}";
        return RequestFailure.InvalidBody(template, fault, fault.ErrorId, what, fault.NextStep, body, hasObjects);
    }

    /// <summary>The error with the beginning of the body, of which more may have to be read.</summary>
    /// <param name="template">The request.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="rest">The rest of the body.</param>
    /// <param name="start">The beginning, and the room for more.</param>
    /// <param name="kept">The number of bytes in it.</param>
    /// <param name="hasObjects">True if objects before the fault were returned.</param>
    /// <param name="cancel">Cancels reading.</param>
    public static async Task<BearerRequestException> WithBodyAsync(
        RequestTemplate template, JsonFormatException fault, Stream rest, Memory<byte> start, int kept, bool hasObjects,
        CancellationToken cancel)
    {
        var isWhole = false;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_longestRest);
        try
        {
            while (kept < start.Length && !isWhole)
            {
                var length = await rest.ReadAsync(start[kept..], limit.Token).ConfigureAwait(false);
                kept += length;
                isWhole = length == 0;
            }
        }
        catch (Exception e) when (ConnectionFault.IsCause(e) || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // What arrived says enough.
        }

        var text = !isWhole && kept <= ServerText.LongestSecret ? null : Encoding.UTF8.GetString(start.Span[..kept]);
        var shown = text is null ? null : ServerText.Clean(text, RequestFailure.LongestBody, !isWhole);
        if (fault.ErrorId == JsonFormatException.NoItemsId && fault.Reported is null
            && ReportedError.Document(start.Span[..kept], fault.DocumentOffset) is { } document)
            fault = fault.With(document);
        return Of(template, fault, shown, hasObjects);
    }
}
