using System.Net;
using BearerTools.Http.Bodies;
using BearerTools.Http.Pacing;
using BearerTools.Http.Retrying;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>From what went wrong with a request to the exception that says so: what happened, what the server said, what to do.</summary>
internal static class RequestFailure
{
    private const int LongestBody = 64 * 1024;

    private const int LongestHeaderName = 200;

    /// <summary>Read beyond what is shown, so that a secret in the last part that is shown is known as one.</summary>
    private const int ReadBody = LongestBody + ServerText.LongestSecret;

    /// <summary>The error must not wait for a body that drips.</summary>
    private static readonly TimeSpan s_longestReading = TimeSpan.FromSeconds(5);

    /// <summary>Headers that carry credentials, which an error has no need of.</summary>
    private static readonly string[] s_blankedHeaders = ["cookie", "authorization", "token", "secret", "api-key", "apikey"];

    /// <param name="cause">What the runtime said.</param>
    /// <param name="template">What was asked.</param>
    /// <param name="nextStep">What to do, where that is known better than from the cause.</param>
    public static BearerRequestException FromConnection(Exception cause, RequestTemplate template, string? nextStep = null)
    {
        // Not the connection, but what was to be sent over it.
        if (cause is BearerRequestException known) return known;
        var address = RequestAddress.Printable(template.Address);
        var trouble = ConnectionFault.Of(cause, template.Address.IdnHost);
        return new BearerRequestException($"{template.Method} {address}: {trouble.Reason}", cause)
        {
            ErrorId = trouble.ErrorId,
            Kind = trouble.Kind,
            Address = address,
            NextStep = nextStep ?? trouble.NextStep,
        };
    }

    /// <summary>The answer was a success, but its body is not what it says it is.</summary>
    public static BearerRequestException NotAsSaid(RequestTemplate template, Exception fault, string errorId, string what, string? nextStep = null)
    {
        var address = RequestAddress.Printable(template.Address);
        return new BearerRequestException($"{template.Method} {address}: {what}", fault)
        {
            ErrorId = errorId,
            Kind = BearerErrorKind.InvalidData,
            Address = address,
            NextStep = nextStep ?? "The objects before it are good. Ask again; if it stays so, tell whoever runs the API what it sends there.",
        };
    }

    /// <summary>No answer within the time that the caller allows.</summary>
    public static BearerRequestException FromTimeout(Exception cause, RequestTemplate template, TimeSpan limit)
    {
        var address = RequestAddress.Printable(template.Address);
        return new BearerRequestException($"{template.Method} {address}: no answer within {TimeText.Seconds(limit)}.", cause)
        {
            ErrorId = "ResponseTimeout",
            Kind = BearerErrorKind.Timeout,
            Address = address,
            NextStep = "Find out what takes so long, or give it more time with -ConnectionTimeoutSeconds.",
        };
    }

    /// <summary>The error for an answer that is no success, with the beginning of its body.</summary>
    /// <param name="response">The response.</param>
    /// <param name="context">The input it is for. Its deadline holds for the body too, which is read for 5 s at most.</param>
    /// <param name="nextStep">What to do, where the status does not say.</param>
    public static async Task<BearerRequestException> FromResponseAsync(ApiResponse response, RequestContext context, string? nextStep = null)
    {
        var (body, isCut) = await ReadStartAsync(response.Message.Content, context).ConfigureAwait(false);
        var words = ProblemText.From(body, isCut, response.Message.Content.Headers.ContentType?.MediaType);
        var status = (int)response.Status;
        var reason = string.IsNullOrEmpty(response.Message.ReasonPhrase) ? response.Status.ToString() : ServerText.Clean(response.Message.ReasonPhrase);
        var address = RequestAddress.Printable(response.Template.Address);
        return new BearerRequestException(
            $"{response.Template.Method} {address}: {status} {reason}{(words is null ? string.Empty : $": {words}")}{(response.GiveUpReason is null ? string.Empty : $" ({response.GiveUpReason})")}",
            response.Status,
            Headers(response.Message),
            body is null ? null : ServerText.Clean(body, LongestBody, isCut))
        {
            ErrorId = $"HttpStatus{status}",
            Kind = ServerWait.IsThrottled(response.Message) ? BearerErrorKind.Throttled : KindOf(response.Status),
            Address = address,
            Details = words,
            NextStep = NextStep(response) ?? nextStep,
        };
    }

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Headers(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            var blank = s_blankedHeaders.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
            headers[ServerText.Clean(name, LongestHeaderName)] = blank ? new[] { LiveSecrets.Mark } : values.Select(value => ServerText.Clean(value, LongestBody)).ToArray();
        }

        return headers;
    }

    private static BearerErrorKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => BearerErrorKind.Authentication,
        HttpStatusCode.Forbidden => BearerErrorKind.Permission,
        HttpStatusCode.NotFound or HttpStatusCode.Gone => BearerErrorKind.NotFound,
        HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => BearerErrorKind.Timeout,
        < HttpStatusCode.InternalServerError => BearerErrorKind.InvalidArgument,
        _ => BearerErrorKind.Server,
    };

    private static string? NextStep(ApiResponse response) => response.Status switch
    {
        _ when ServerWait.IsThrottled(response.Message) => "Send fewer: -RateLimit 50/s keeps to a rate, -AdaptiveThrottle finds out what the API bears, a lower -ThrottleLimit has fewer under way at once.",
        HttpStatusCode.Unauthorized => Challenge.Error(response.Message) switch
        {
            "insufficient_scope" => "Get a token with the scope that the API asks for.",
            Challenge.InsufficientClaims => "The API wants a token that meets its conditions, such as a fresh login: run Update-BearerToken. A token that was not got by -TenantId cannot be asked for with claims.",
            "invalid_dpop_proof" => "Check this machine's clock: the proof of the key is good for a short time only.",
            DPoPKey.NonceRequired => "The API asks for a nonce, and does not take the one that it gave: ask who runs it.",
            _ => "Check that the token is for this API (its audience and scopes), or get another with Get-BearerToken.",
        },
        HttpStatusCode.ExpectationFailed => "The server does not take the header Expect: leave it out.",
        HttpStatusCode.Forbidden => "The token is good, but may not do this: ask for the scope or the role.",
        _ => null,
    };

    private static async Task<(string? Text, bool IsCut)> ReadStartAsync(HttpContent content, RequestContext context)
    {
        var buffer = new byte[ReadBody];
        var length = 0;
        var isWhole = false;
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
        catch (Exception e) when (ConnectionFault.IsCause(e) || (e is OperationCanceledException && scope.IsOver && !context.Cancel.IsCancellationRequested))
        {
            // The status and what came of the body say enough.
        }

        // A body that was cut early is all end, where half a secret may be: it would be shown as "…".
        return length == 0 || (!isWhole && length <= ServerText.LongestSecret) ? (null, false) : (TextEncoding.Of(content).GetString(buffer, 0, length), !isWhole);
    }
}
