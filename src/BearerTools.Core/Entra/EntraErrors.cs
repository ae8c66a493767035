using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using BearerTools.Security;

namespace BearerTools.Entra;

/// <summary>
/// Reads Entra ID's errors by their AADSTS codes
/// (https://learn.microsoft.com/entra/identity-platform/reference-error-codes) and adds advice.
/// </summary>
internal static partial class EntraErrors
{
    /// <summary>Reads the body of an error response (RFC 6749 section 5.2, and Entra ID's own fields).</summary>
    /// <param name="what">The start of the message: which server refused which client.</param>
    /// <param name="body">The response body.</param>
    /// <param name="status">The response status.</param>
    /// <param name="retryAfter">The time that the server asks to wait, or <see langword="null"/>.</param>
    /// <returns>The error, or <see langword="null"/> if the body does not contain one.</returns>
    public static BearerTokenException? Read(string what, string? body, HttpStatusCode? status, TimeSpan? retryAfter)
    {
        if (string.IsNullOrEmpty(body)) return null;
        if (ServerJson.TryParse(body) is not { } json || Text(json, "error") is not { } error) return null;
        return Refused(what, error, Text(json, "error_description"), status, retryAfter, Text(json, "correlation_id"));
    }

    /// <param name="what">The start of the message: which server refused which client.</param>
    /// <param name="error">The OAuth error code.</param>
    /// <param name="description">Entra ID's description, which begins with its own code.</param>
    /// <param name="status">The response status; <see langword="null"/> if the error came through the browser.</param>
    /// <param name="retryAfter">The time that Entra ID asks to wait, or <see langword="null"/>.</param>
    /// <param name="correlationId">The correlation id, if the description does not contain it.</param>
    public static BearerTokenException Refused(
        string what, string error, string? description, HttpStatusCode? status = null, TimeSpan? retryAfter = null,
        string? correlationId = null)
    {
        var text = description is null ? null : ServerText.Sentence(description);
        var code = text is null ? null : CodeIn(text);
        correlationId ??= text is not null && Correlation().Match(text) is { Success: true } id ? id.Groups["id"].Value : null;
        var advice = AdviceFor(code, error, status);
        var shownError = ServerText.Clean(error, 100);
        var shownId = correlationId is null ? null : ServerText.Clean(correlationId, 100);
        var shownText = text is null ? shownError : TraceIds().Replace(text, string.Empty);
        return new BearerTokenException($"{what}: {shownText}{(shownId is null ? string.Empty : $" (correlation id {shownId})")}")
        {
            Error = shownError,
            ErrorDescription = text,
            StatusCode = status,
            AuthorityCode = code,
            CorrelationId = shownId,
            RetryAfter = retryAfter,
            ErrorId = advice.ErrorId,
            Kind = advice.Kind,
            NextStep = retryAfter is { } pause
                ? $"{advice.NextStep} Wait {TimeText.Seconds(pause)} before the next request, as Entra ID asks."
                : advice.NextStep,
        };
    }

    /// <summary>Returns the AADSTS code in a description, or <see langword="null"/>.</summary>
    public static string? CodeIn(string text) => Code().Match(text) is { Success: true } found ? found.Value : null;

    private static EntraErrorAdvice AdviceFor(string? code, string error, HttpStatusCode? status)
    {
        if (status != HttpStatusCode.TooManyRequests && code is not null && EntraErrorAdvice.Of(code) is { } known) return known;
        return EntraErrorAdvice.OfStatus(status) ?? EntraErrorAdvice.OfOAuth(error);
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    [GeneratedRegex("AADSTS[0-9]{4,9}", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex("Correlation ID: (?<id>[0-9a-fA-F-]{36})", RegexOptions.CultureInvariant)]
    private static partial Regex Correlation();

    /// <summary>Ids and a timestamp, which do not help to fix the error.</summary>
    [GeneratedRegex(@"\s*Trace ID: .*$", RegexOptions.CultureInvariant)]
    private static partial Regex TraceIds();
}
