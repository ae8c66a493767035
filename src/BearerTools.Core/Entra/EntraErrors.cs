using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using BearerTools.Security;

namespace BearerTools.Entra;

/// <summary>
/// Errors of Entra ID, told by its own codes
/// (https://learn.microsoft.com/entra/identity-platform/reference-error-codes), with what to do about each.
/// </summary>
internal static partial class EntraErrors
{
    /// <summary>What the body of an error answer says (RFC 6749 section 5.2, and Entra's own fields).</summary>
    /// <param name="what">Who refused what, as the beginning of a sentence.</param>
    /// <param name="body">The body of the answer.</param>
    /// <param name="status">Its status.</param>
    /// <param name="retryAfter">How long it wants not to be asked again.</param>
    /// <returns>Nothing when it is no such error.</returns>
    public static BearerTokenException? Read(string what, string? body, HttpStatusCode? status, TimeSpan? retryAfter)
    {
        if (string.IsNullOrEmpty(body)) return null;
        if (ServerJson.TryParse(body) is not { } json || Text(json, "error") is not { } error) return null;
        return Refused(what, error, Text(json, "error_description"), status, retryAfter, Text(json, "correlation_id"));
    }

    /// <param name="what">Who refused what, as the beginning of a sentence.</param>
    /// <param name="error">The OAuth code.</param>
    /// <param name="description">Entra's words, which begin with its own code.</param>
    /// <param name="status">The status of the answer; nothing when it came by way of a browser.</param>
    /// <param name="retryAfter">How long Entra wants not to be asked again.</param>
    /// <param name="correlationId">What it finds the request by, where that does not stand in its words.</param>
    public static BearerTokenException Refused(
        string what, string error, string? description, HttpStatusCode? status = null, TimeSpan? retryAfter = null, string? correlationId = null)
    {
        var words = description is null ? null : ServerText.Clean(description);
        var code = words is null ? null : CodeIn(words);
        correlationId ??= words is not null && Correlation().Match(words) is { Success: true } id ? id.Groups["id"].Value : null;
        var meaning = MeaningOf(code, error, status);
        var shownError = ServerText.Clean(error, 100);
        var shownId = correlationId is null ? null : ServerText.Clean(correlationId, 100);
        return new BearerTokenException($"{what}: {(words is null ? shownError : Trail().Replace(words, string.Empty))}{(shownId is null ? string.Empty : $" (correlation id {shownId})")}")
        {
            Error = shownError,
            ErrorDescription = words,
            StatusCode = status,
            AuthorityCode = code,
            CorrelationId = shownId,
            RetryAfter = retryAfter,
            ErrorId = meaning.ErrorId,
            Kind = meaning.Kind,
            NextStep = retryAfter is { } pause ? $"{meaning.NextStep} It asks to wait {TimeText.Seconds(pause)} before the next request." : meaning.NextStep,
        };
    }

    /// <summary>Entra's own code, where it stands in its words.</summary>
    public static string? CodeIn(string words) => Code().Match(words) is { Success: true } found ? found.Value : null;

    private static EntraErrorAdvice MeaningOf(string? code, string error, HttpStatusCode? status)
    {
        if (status != HttpStatusCode.TooManyRequests && code is not null && EntraErrorAdvice.Of(code) is { } known) return known;
        return EntraErrorAdvice.OfStatus(status) ?? EntraErrorAdvice.OfOAuth(error);
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex("AADSTS[0-9]{4,9}", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex("Correlation ID: (?<id>[0-9a-fA-F-]{36})", RegexOptions.CultureInvariant)]
    private static partial Regex Correlation();

    /// <summary>Ids and time, which say nothing of what is wrong.</summary>
    [GeneratedRegex(@"\s*Trace ID: .*$", RegexOptions.CultureInvariant)]
    private static partial Regex Trail();
}
