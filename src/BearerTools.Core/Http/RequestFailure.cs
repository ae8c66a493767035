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

    private const string Persists = "If the error persists, report it to the API's owner.";

    private const string Expired = "The API says that the token has expired: get a new one with Update-BearerToken or Get-BearerToken. If "
        + "a new one is rejected too, compare the clocks with Test-BearerConnection.";

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
        if (fault.ErrorId == "ConnectionFailed" && !MethodTraits.IsIdempotent(template.Method))
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
                ?? (hasObjects ? "Objects before that point were returned. " : string.Empty)
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
        var reason = string.IsNullOrEmpty(response.Message.ReasonPhrase)
            ? response.Status.ToString()
            : ServerText.Sentence(response.Message.ReasonPhrase);
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
        var advice = NextStep(response, words) ?? WrongPath(response, body) ?? StatusAdvice.For(response, words);
        if (more is not null) advice = advice is null ? more : $"{advice} {more}";
        return new BearerRequestException(
            $"{What(response.Template)}: {status} {reason}{(words is null ? string.Empty : $": {words}")}"
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

    private static string? NextStep(ApiResponse response, string? words) => response.Status switch
    {
        _ when ServerWait.IsThrottled(response.Message) =>
            "Send fewer requests: limit the rate with -RateLimit 50/s, or use -AdaptiveThrottle or a lower -ThrottleLimit.",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
            when response.Template is { IsRedirected: true, IsCrossOrigin: true, CarriesToken: false } =>
            $"A redirect led to another origin, {response.Template.Origin}, where no token is sent, because it is not for it: ask the "
            + "API's owner which address to use.",
        HttpStatusCode.Unauthorized => Challenge.Error(response.Message) switch
        {
            Challenge.InsufficientScope => ScopeNeeded(response.Message),
            Challenge.InsufficientClaims =>
                "The API requires a token that meets its conditions, such as a recent sign-in: run Update-BearerToken. "
                + "Claims can only be requested for tokens from -TenantId.",
            "invalid_dpop_proof" => "Check this machine's clock: DPoP proofs are valid for a short time only.",
            Challenge.InvalidToken when Challenge.SaysExpired(response.Message, words) => Expired,
            DPoPKey.NonceRequired => "The API requires a nonce and rejects the one that it issued: report it to the API's owner.",
            _ when SentBasic(response) => "Check the user name and the password.",
            _ when SchemeSent(response) is { } scheme && OtherScheme(response.Message, scheme) is { } other => AdviceFor(other, scheme),
            _ => "Check that the token is for this API (its audience and scopes), or get another one with Get-BearerToken.",
        },
        HttpStatusCode.ProxyAuthenticationRequired when response.Proxy is { } proxy =>
            $"The proxy {proxy.Place} refused the request: {proxy.CredentialFault}. {proxy.CredentialAdvice} -NoProxy connects without it.",
        HttpStatusCode.ProxyAuthenticationRequired =>
            "The proxy refused the request: it requires credentials. Pass them with -ProxyCredential, or bypass the proxy with -NoProxy. "
            + "If you use no proxy, report the status to the API's owner, because only proxies may use it.",
        HttpStatusCode.NetworkAuthenticationRequired =>
            "The network requires a sign-in, and its gateway responded instead of the API: sign in to the network in a browser, and try "
            + "again.",
        HttpStatusCode.RequestEntityTooLarge =>
            "The body is larger than the API accepts: send it in smaller parts, or as the API's documentation says for large files.",
        HttpStatusCode.UnsupportedMediaType when response.Message.RequestMessage?.Content?.Headers.ContentType is { } type =>
            $"The API does not accept a body of the type {ServerText.Clean(type.ToString(), 100)}: name the type that it documents with "
            + "-ContentType.",
        HttpStatusCode.UnsupportedMediaType =>
            "The API requires a body, or another type of it: name the type that it documents with -ContentType.",
        HttpStatusCode.ExpectationFailed => "The server does not support the Expect header: omit it.",
        HttpStatusCode.Forbidden when Challenge.SaysExpired(response.Message, words) => Expired,
        HttpStatusCode.Forbidden when Challenge.Error(response.Message) == Challenge.InvalidToken
            && SchemeSent(response) is { } scheme && OtherScheme(response.Message, scheme) is { } other => AdviceFor(other, scheme),
        HttpStatusCode.Forbidden when Challenge.Error(response.Message) == Challenge.InvalidToken =>
            "The API says that the token is invalid: get another one with Get-BearerToken, and check its audience.",
        HttpStatusCode.Forbidden when Challenge.Error(response.Message) == Challenge.InsufficientScope =>
            $"The token is good, but lacks a scope. {ScopeNeeded(response.Message)}",
        HttpStatusCode.Forbidden when SentBasic(response) =>
            "The API does not say whether the user is the cause: check the user name and the rights of the user.",
        HttpStatusCode.Forbidden =>
            "The API does not say whether the token is the cause: check its scopes and roles (Test-BearerToken -Detailed), and the rights "
            + "of its user or client.",
        _ => null,
    };

    private static string AdviceFor(string other, string scheme) =>
        $"The API asks for the scheme {other}, not {ServerText.Clean(scheme, 50)}. {Challenge.AdviceFor(other)}";

    /// <summary>True if the request was sent with a user name and a password (RFC 7617) instead of a token.</summary>
    public static bool SentBasic(ApiResponse response) => SchemeSent(response) == AuthScheme.Basic;

    private static string? SchemeSent(ApiResponse response) => response.Message.RequestMessage?.Headers.Authorization?.Scheme;

    private static string? OtherScheme(HttpResponseMessage response, string scheme)
    {
        var asked = response.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme);
        return Challenge.OtherSchemes(asked, scheme) is [var other, ..] ? other : null;
    }

    private static string ScopeNeeded(HttpResponseMessage response) => Challenge.Scope(response) is { } scope
        ? $"Get a token with the scope that the API requires: -Scope '{scope}'."
        : "Get a token with the scope that the API requires.";

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
