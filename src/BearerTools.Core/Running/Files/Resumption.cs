using System.Net;
using System.Net.Http.Headers;
using BearerTools.Http;

namespace BearerTools.Running.Files;

/// <summary>What an answer to a request for the rest of a file means for the part that is there.</summary>
internal enum Rest
{
    /// <summary>It is the rest.</summary>
    GoesOn,

    /// <summary>It is all of it, or something else: nothing of the part is of use.</summary>
    BeginsAnew,

    /// <summary>There is no rest: the part is all of it.</summary>
    IsNothing,

    /// <summary>It is of no use, and has to be asked for again, from the beginning.</summary>
    MustBeAskedAgain,
}

/// <summary>Judges answers to range requests (RFC 9110 sections 13.1.5, 14.4 and 15.5.17).</summary>
internal static class Resumption
{
    public static ResumePoint From(long have, DownloadNotes? notes) => have == 0 ? ResumePoint.Beginning : new ResumePoint(have, notes?.Validator);

    /// <param name="response">What came.</param>
    /// <param name="have">How many bytes were said to be there; more than none.</param>
    /// <param name="notes">Of what they are a part, if that is known.</param>
    public static Rest Judge(HttpResponseMessage response, long have, DownloadNotes? notes) => response.StatusCode switch
    {
        HttpStatusCode.PartialContent => IsRest(response, have, notes) ? Rest.GoesOn : Rest.MustBeAskedAgain,
        HttpStatusCode.RequestedRangeNotSatisfiable => response.Content.Headers.ContentRange?.Length == have && IsSame(response.Headers.ETag, notes) ? Rest.IsNothing : Rest.MustBeAskedAgain,
        _ => Rest.BeginsAnew,
    };

    private static bool IsRest(HttpResponseMessage response, long have, DownloadNotes? notes) =>
        response.Content.Headers.ContentRange is { HasRange: true } range && range.From == have && range.To == (range.Length - 1 ?? range.To)
        && (notes?.Length ?? range.Length) == range.Length && IsSame(response.Headers.ETag, notes);

    /// <summary>Unknown is taken for the same: it is the user's word that the part belongs there.</summary>
    private static bool IsSame(EntityTagHeaderValue? tag, DownloadNotes? notes) => tag is null || notes?.ETag is null || tag.ToString() == notes.ETag;
}
