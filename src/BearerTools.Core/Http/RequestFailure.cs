using System.Net;
using BearerTools.Http.Bodies;
using BearerTools.Http.Pacing;
using BearerTools.Http.Retrying;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>Makes the exception for a failed request: what failed, what the server said, what to do.</summary>
internal static class RequestFailure
{
    /// <summary>Maximum length of <see cref="BearerRequestException.Body"/>.</summary>
    public const int LongestBody = 64 * 1024;

    private const int LongestHeaderName = 200;

    private const string ObjectsReturned = "Objects before that point were returned. ";

    private const string Persists = "If the error persists, report it to the API's owner.";

    /// <summary>More than is shown, so that a secret that crosses the end of the shown part is still recognised.</summary>
    private const int ReadBody = LongestBody + ServerText.LongestSecret;

    /// <summary>Bounds the reading of a slow body: the error must not wait for it.</summary>
    private static readonly TimeSpan s_longestReading = TimeSpan.FromSeconds(5);

    /// <param name="cause">The runtime's exception.</param>
    /// <param name="template">The request.</param>
    /// <param name="nextStep">What to do, if that is known better than from the cause.</param>
    /// <param name="proxy">The proxy that the request used; <see langword="null"/> for none, or if the connection was established.</param>
    public static BearerRequestException FromConnection(
        Exception cause, RequestTemplate template, string? nextStep = null, UsedProxy? proxy = null)
    {
        // The request's content failed, not the connection.
        if (cause is BearerRequestException known) return known;
        var address = RequestAddress.Printable(template.Address);
        var fault = ConnectionFault.Of(cause, template.Address.IdnHost, template.Address.Port, proxy);
        if (RetryClassifier.IsRefused(cause))
            nextStep ??= "The server refused the request without processing it: send it again, with fewer requests at a time.";
        else if (fault.ErrorId == "ConnectionFailed" && !MethodTraits.IsIdempotent(template.Method))
            nextStep ??= "The server may have processed the request: check that before you send it again.";
        // The exceptions between say only that there is a cause.
        var inner = cause.GetBaseException() is CertificateException rejected ? rejected : cause;
        return new BearerRequestException($"{What(template)}: {fault.Reason}", inner)
        {
            ErrorId = fault.ErrorId,
            Kind = fault.Kind,
            Address = address,
            NextStep = nextStep ?? fault.NextStep,
        };
    }

    /// <summary>The error for a response whose body breaks off: the address and the protocol are right.</summary>
    /// <param name="cause">The runtime's exception.</param>
    /// <param name="template">The request.</param>
    /// <param name="nextStep">What to do, if that is known better than from the cause.</param>
    /// <param name="hasObjects">True if the command has returned objects of the body.</param>
    public static BearerRequestException FromBody(
        Exception cause, RequestTemplate template, string? nextStep = null, bool hasObjects = false)
    {
        if (cause is BearerRequestException known) return known;
        var error = FromConnection(cause, template, nextStep);
        if (nextStep is null && error.ErrorId == "ConnectionFailed" && MethodTraits.IsIdempotent(template.Method))
            nextStep = "Try again. If the error persists, report it to the API's owner, or to the owner of the proxy in front of it.";
        return error.With(error.Message, (hasObjects ? ObjectsReturned : string.Empty) + (nextStep ?? error.NextStep));
    }

    /// <summary>The error for a successful response with an invalid body.</summary>
    public static BearerRequestException InvalidBody(
        RequestTemplate template, Exception fault, string errorId, string what, string? nextStep = null, string? body = null,
        bool hasObjects = true)
    {
        var address = RequestAddress.Printable(template.Address);
        return new BearerRequestException($"{What(template)}: {what}", null, null, body, fault)
        {
            ErrorId = errorId,
            Kind = BearerErrorKind.InvalidData,
            Address = address,
            NextStep = nextStep
                ?? (hasObjects ? ObjectsReturned : string.Empty)
                    + (errorId == "InvalidJson" ? NotJson(body) : Persists),
        };
    }

    /// <summary>
    /// The error for a response that can be resumed neither as a file, because it is not saved, nor as a stream of events;
    /// <see langword="null"/> for such a stream, or without content.
    /// </summary>
    public static BearerRequestException? CannotResume(ApiResponse response)
    {
        if (response.Message.Content.Headers.ContentType?.MediaType is not { } type
            || type.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase))
            return null;
        var address = RequestAddress.Printable(response.Template.Address);
        return new BearerRequestException(
            $"{response.Template.Method} {address}: -Resume without -OutFile is for a stream of events, and the response is "
                + $"'{ServerText.Clean(type, 100)}'.")
        {
            ErrorId = "NothingToResume",
            Kind = BearerErrorKind.InvalidArgument,
            Address = address,
            NextStep = "Add -OutFile to save the response and resume it later, or omit -Resume.",
        };
    }

    /// <summary>The request at the beginning of a message, with the address that led there if it was redirected.</summary>
    public static string What(RequestTemplate template) =>
        $"{template.Method} {RequestAddress.Printable(template.Address)}"
            + (template.RedirectedFrom is { } first ? $" (redirected from {RequestAddress.Printable(first)})" : string.Empty);

    /// <summary>Advice for a body that is no JSON: some APIs send text, or JSON after a prefix, under the type of JSON.</summary>
    private static string NotJson(string? body) =>
        $"-AsText returns the body as text{(body is null ? string.Empty : ", and $_.Exception.Body has its beginning")}. "
        + "If it should be JSON, report it to the API's owner.";

    /// <summary>The error for a response that did not arrive within the caller's limit.</summary>
    public static BearerRequestException FromTimeout(Exception cause, RequestTemplate template, TimeSpan limit)
    {
        var address = RequestAddress.Printable(template.Address);
        return new BearerRequestException($"{What(template)}: no response within {TimeText.Seconds(limit)}.", cause)
        {
            ErrorId = "ResponseTimeout",
            Kind = BearerErrorKind.Timeout,
            Address = address,
            NextStep = "Check why the server is slow, or allow more time with -ConnectionTimeoutSeconds.",
        };
    }

    /// <summary>The error for a response with an error status, with the beginning of its body.</summary>
    /// <param name="response">The response.</param>
    /// <param name="context">The input's context. Its deadline covers reading the body, which takes 5 s at most.</param>
    /// <param name="more">What to say after the advice about the status.</param>
    public static async Task<BearerRequestException> FromResponseAsync(
        ApiResponse response, RequestContext context, string? more = null)
    {
        var (body, isCut) = await ReadStartAsync(response.Message.Content, context).ConfigureAwait(false);
        var sent = SecretWords.SentWith(response.Message.RequestMessage);
        body = body is null ? null : sent.Mask(body);
        var status = (int)response.Status;
        var reason = StatusReason.Of(response.Message);
        var words = ProblemText.From(body, isCut, response.Message.Content.Headers.ContentType?.MediaType, reason);
        var challenge = Challenge.Description(response.Message) is { } description ? sent.Mask(description) : null;
        words = words is null ? null : sent.Mask(words);
        // Many APIs repeat the description in the body.
        if (words is null || (challenge is not null && words.Contains(challenge, StringComparison.OrdinalIgnoreCase)))
            (words, challenge) = (words ?? challenge, null);
        var address = RequestAddress.Printable(response.Template.Address);
        var policies = ViolatedPolicies.Clause(response.Message, body);
        var quoted = challenge is null ? null : $"WWW-Authenticate: {challenge.TrimEnd('.')}";
        string?[] all = [quoted, policies, response.GiveUpReason, IdentityOf(response)];
        var notes = string.Join("; ", all.Where(note => note is not null));
        var advice = StatusAdvice.OfThrottling(response) ?? IdentityAdvice.For(response, words, body) ?? StatusAdvice.OfHeaders(response)
            ?? WrongPath(response, body) ?? StatusAdvice.For(response, words);
        if (more is not null) advice = advice is null ? more : $"{advice} {more}";
        return new BearerRequestException(
            $"{What(response.Template)}: {StatusReason.WithStatus(response.Status, reason)}{(words is null ? string.Empty : $": {words}")}"
                + $"{(notes.Length == 0 ? string.Empty : $" ({notes})")}",
            response.Status,
            Headers(response.Message),
            body is null ? null : ServerText.Clean(body, LongestBody, isCut))
        {
            ErrorId = $"HttpStatus{status}",
            Kind = ServerWait.IsThrottled(response.Message) ? BearerErrorKind.Throttled : KindOf(response.Status),
            Address = address,
            ReasonPhrase = reason,
            Details = words,
            NextStep = response.Operation is { } unread ? unread.Advice(advice) : advice,
            StatusUri = response.Operation?.StatusUri,
            EndsRest = response.EndsRun,
        };
    }

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Headers(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            headers[ServerText.Clean(name, LongestHeaderName)] = SecretNames.IncludeHeader(name, values.ToString())
                ? new[] { LiveSecrets.Mark }
                : values.Select(value => ServerText.Clean(value, LongestBody)).ToArray();
        }

        return headers;
    }

    /// <summary>Whose token the API got, or <see langword="null"/> if there is only one login, or no token was sent.</summary>
    public static string? IdentityOf(ApiResponse response) => response.Template.CarriesToken ? response.Template.Identity?.Value : null;

    private static BearerErrorKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.ProxyAuthenticationRequired => BearerErrorKind.Authentication,
        HttpStatusCode.Forbidden => BearerErrorKind.Permission,
        HttpStatusCode.NotFound or HttpStatusCode.Gone => BearerErrorKind.NotFound,
        HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => BearerErrorKind.Timeout,
        < HttpStatusCode.InternalServerError => BearerErrorKind.InvalidArgument,
        _ => BearerErrorKind.Server,
    };

    /// <summary>An API that lacks an object says so as data. A page, or nothing, is often sent by something else than the API.</summary>
    private static string? WrongPath(ApiResponse response, string? body) =>
        response.Status == HttpStatusCode.NotFound && (string.IsNullOrWhiteSpace(body) || HtmlPage.Is(response.Message, body))
            ? "Check the address: the base address of many APIs ends with a path, such as /api/v1/."
            : null;

    /// <summary>Reads the beginning of a body, for at most 5 s.</summary>
    public static async Task<BodyStart> ReadStartAsync(HttpContent content, RequestContext context)
    {
        var buffer = new byte[ReadBody];
        var length = 0;
        var isWhole = false;
        Exception? fault = null;
        var left = context.Deadline?.Left is { } rest && rest < s_longestReading ? rest : s_longestReading;
        using var scope = new Deadline(left, context.Time).Within(context.Cancel);
        try
        {
            var stream = await content.ReadAsStreamAsync(scope.Token).ConfigureAwait(false);
            while (length < buffer.Length && !isWhole)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), scope.Token).ConfigureAwait(false);
                length += read;
                isWhole = read == 0;
            }
        }
        catch (Exception e) when (ConnectionFault.IsCause(e)
            || (e is OperationCanceledException && scope.IsExpired && !context.Cancel.IsCancellationRequested))
        {
            // The status and the part of the body that arrived say enough for an error.
            if (!scope.IsExpired) fault = e;
        }

        // Half a secret may stand at the end of a body that was cut early; in a body this short, the end is all there is.
        return length == 0 || (!isWhole && length <= ServerText.LongestSecret)
            ? new BodyStart(null, false) { Fault = fault }
            : new BodyStart(TextEncoding.Decode(content, buffer.AsSpan(0, length)), !isWhole) { Fault = fault };
    }
}

/// <summary>The beginning of a body.</summary>
/// <param name="Text">The text, or <see langword="null"/> if there is none that can be shown.</param>
/// <param name="IsCut">True if the body is longer.</param>
internal readonly record struct BodyStart(string? Text, bool IsCut)
{
    /// <summary>Why the body ended before it was complete, or <see langword="null"/>.</summary>
    public Exception? Fault { get; init; }
}
