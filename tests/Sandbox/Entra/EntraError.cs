using System.Globalization;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Entra;

/// <summary>
/// An error in the shape of Microsoft's documentation: OAuth's two members, then the number, the time, and the ids that
/// support asks for.
/// </summary>
internal sealed record EntraError(int Status, string Error, int Code, string Text)
{
    /// <summary>What the client is to do, more closely.</summary>
    public string? Suberror { get; init; }

    /// <summary>What a new request has to ask for, as JSON.</summary>
    public string? Claims { get; init; }

    /// <summary>Seconds to wait.</summary>
    public int? RetryAfter { get; init; }

    public Task ApiResponse(HttpContext http, TimeProvider clock)
    {
        var trace = Guid.NewGuid().ToString();
        var correlation = CorrelationOf(http.Request);
        var time = clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var body = new Dictionary<string, object>
        {
            ["error"] = Error,
            ["error_description"] = $"AADSTS{Code}: {Text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}",
            ["error_codes"] = new[] { Code },
            ["timestamp"] = time,
            ["trace_id"] = trace,
            ["correlation_id"] = correlation,
            ["error_uri"] = $"https://{http.Request.Host.Host}/error?code={Code}",
        };
        if (Suberror is not null) body["suberror"] = Suberror;
        if (Claims is not null) body["claims"] = Claims;
        if (RetryAfter is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["x-ms-request-id"] = trace;
        return http.WriteJson(body, Status);
    }

    /// <summary>The id that the client sent along, so that both sides can tell of the same request.</summary>
    private static string CorrelationOf(HttpRequest request) =>
        request.Headers["client-request-id"].ToString() is { Length: > 0 } id ? id : Guid.NewGuid().ToString();
}
