using System.Net;
using BearerTools.Http;

namespace BearerTools.Running.Files;

/// <summary>What a response to a range request means for the existing part.</summary>
internal enum ResumeOutcome
{
    /// <summary>The response is the rest of the file.</summary>
    Continues,

    /// <summary>The response is the complete file or something else: the part is not used.</summary>
    Restarts,

    /// <summary>The part is already complete.</summary>
    IsComplete,

    /// <summary>The response is of no use: the file must be requested again from the beginning.</summary>
    MustRequestAgain,
}

/// <summary>Classifies responses to range requests (RFC 9110 sections 13.1.5, 14.4 and 15.5.17).</summary>
internal static class Resumption
{
    public static ResumePoint From(long have, DownloadNotes? notes) =>
        have == 0 ? ResumePoint.Beginning : new ResumePoint(have, notes?.Validator);

    /// <param name="response">The response.</param>
    /// <param name="have">The number of bytes that exist; more than zero.</param>
    /// <param name="notes">The version that they belong to, if known.</param>
    public static ResumeOutcome Classify(HttpResponseMessage response, long have, DownloadNotes? notes) => response.StatusCode switch
    {
        HttpStatusCode.PartialContent =>
            IsRest(response, have, notes) && (notes is not null || !HasVersion(response))
                ? ResumeOutcome.Continues
                : ResumeOutcome.MustRequestAgain,
        HttpStatusCode.RequestedRangeNotSatisfiable =>
            response.Content.Headers.ContentRange?.Length == have && IsSame(response, notes)
                ? ResumeOutcome.IsComplete
                : ResumeOutcome.MustRequestAgain,
        _ => ResumeOutcome.Restarts,
    };

    private static bool IsRest(HttpResponseMessage response, long have, DownloadNotes? notes) =>
        response.Content.Headers.ContentRange is { HasRange: true } range
            && range.From == have
            && range.To == (range.Length - 1 ?? range.To)
        && (notes?.Length ?? range.Length) == range.Length && IsSame(response, notes);

    /// <summary>
    /// True if the server identifies versions. A file without a note may then be a complete one of an older version: what its bytes belong
    /// to is unknown. Times prove nothing, because a file may be put on the server with an old Last-Modified.
    /// </summary>
    private static bool HasVersion(HttpResponseMessage response) =>
        response.Headers.NonValidated.Contains("ETag") || response.Content.Headers.NonValidated.Contains("Last-Modified");

    /// <summary>
    /// Compares what both sides identify the version by; not every server that knows ranges honours If-Range. What is unknown counts as
    /// equal: with -Resume, the user vouches that the part belongs to the file.
    /// </summary>
    private static bool IsSame(HttpResponseMessage response, DownloadNotes? notes) =>
        response.Headers.ETag is { } tag && notes?.ETag is { } noted ? tag.ToString() == noted
            : response.Content.Headers.LastModified is not { } changed || notes?.LastModified is not { } known
                || changed.ToString("R") == known;
}
