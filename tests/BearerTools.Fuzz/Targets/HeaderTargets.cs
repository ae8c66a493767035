using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Fuzz.Support;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Http.Pacing;
using BearerTools.Http.Waiting;
using BearerTools.Running;
using BearerTools.Running.Files;
using BearerTools.Security;

namespace BearerTools.Fuzz.Targets;

/// <summary>Headers of responses.</summary>
internal static class HeaderTargets
{
    private static readonly string[] s_quotas = ["RateLimit", "RateLimit-Policy", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Remaining", "RateLimit-Reset"];

    public static IEnumerable<Target> All { get; } =
    [
        new("RetryAfterSeconds", "number", text => Waits("Retry-After", text)),
        new("RetryAfterDates", "date", text => Waits("Retry-After", text)),
        new("DateHeaders", "date", text => Waits("Date", text)),
        new("QuotaHeaders", "quota", Quotas),
        new("Challenges", "challenge", Challenges),
        new("LinkHeaders", "link", text => _ = LinkHeader.Target(Responses.With("Link", text), "next") is { } target
            ? ServerProvidedUri.Resolve(target, Responses.Api(), "the next page") : null),
        Target.OfTask("SetCookieHeaders", "cookie", CookiesAsync),
        new("ContentTypes", "type", ContentType),
        new("ContentDispositions", "disposition", text => Named("Content-Disposition", text)),
        new("ContentRanges", "range", text => Ranges("Content-Range", text)),
        new("EntityTagHeaders", "etag", text => Ranges("ETag", text)),
        new("LastModifiedHeaders", "date", text => Ranges("Last-Modified", text)),
        new("ContentLengths", "number", text => Ranges("Content-Length", text)),
        new("OperationLocations", "uri", text => _ = Operation.After(Responses.Request() with { Method = HttpMethod.Post }, Responses.With("Operation-Location", text, HttpStatusCode.Accepted))),
        new("TracedLinks", "link", text => _ = TracedHeaders.Of("Link", text)),
        new("TracedCookies", "cookie", text => _ = (TracedHeaders.Of("Cookie", text), TracedHeaders.Of("Set-Cookie", text))),
        new("TracedLocations", "uri", text => _ = TracedHeaders.Of("Location", text)),
        new("TracedChallenges", "challenge", text => _ = TracedHeaders.Of("WWW-Authenticate", text)),
        new("HeadersOfErrors", "challenge", text => _ = RequestFailure.Headers(Responses.With("X-Any", text).Message)),
    ];

    private static void Waits(string header, string text)
    {
        foreach (var status in (ReadOnlySpan<HttpStatusCode>)[HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable])
        {
            using var response = Responses.With(header, text, status);
            response.Message.Headers.TryAddWithoutValidation("Retry-After", "Thu, 01 Jan 2026 00:00:00 GMT");
            _ = (Verdict.Of(response.Message, TimeProvider.System), ServerDelay.Delay(response.Message.Headers, DateTimeOffset.UnixEpoch));
        }
    }

    private static void Quotas(string text)
    {
        using var response = Responses.Api();
        foreach (var header in s_quotas) response.Message.Headers.TryAddWithoutValidation(header, text);
        _ = QuotaHeaders.Read(response.Message.Headers, TimeProvider.System);
    }

    private static void Challenges(string text)
    {
        using var response = Responses.With("WWW-Authenticate", text, HttpStatusCode.Unauthorized);
        _ = (Challenge.AsksForAnotherToken(response.Message, "Bearer", []), Challenge.WantsNonce(response.Message), Challenge.Error(response.Message), Challenge.Claims(response.Message, "Bearer"));
    }

    private static async Task CookiesAsync(string text)
    {
        var response = Responses.With("Set-Cookie", text);
        using (await new CookieHandler(new SameResponse(response), new CookieContainer()).SendAsync(response.Template, new RequestContext(EventSink.None, default)))
        {
            // Stored or ignored.
        }
    }

    private static void ContentType(string text)
    {
        using var response = Responses.With("Content-Type", text);
        _ = (ResponseContentType.Of(response.Message.Content, null), TextEncoding.Of(response.Message.Content, "<a/>"u8, out _).Length);
    }

    private static void Named(string header, string text)
    {
        using var response = Responses.With(header, text);
        _ = new OutTarget(Path.GetTempPath(), new OutFiles()).For(response, response.Template);
    }

    private static void Ranges(string header, string text)
    {
        var notes = new DownloadNotes("\"v1\"", null, 6);
        foreach (var status in (ReadOnlySpan<HttpStatusCode>)[HttpStatusCode.PartialContent, HttpStatusCode.RequestedRangeNotSatisfiable, HttpStatusCode.OK])
        {
            using var response = Responses.With(header, text, status);
            response.Message.Headers.Date = DateTimeOffset.MaxValue;
            _ = (Resumption.Classify(response.Message, 3, notes), DownloadNotes.Of(response.Message));
        }
    }
}
