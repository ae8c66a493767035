using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>The answers 401 of a protected resource (RFC 6750 section 3).</summary>
internal static class BearerChallenge
{
    /// <summary>Says nothing of an error when no credentials came (RFC 6750 section 3.1).</summary>
    public static Task Missing(HttpContext http) => Answer(http, "Bearer realm=\"sandbox\"", "This address wants a bearer token.");

    public static Task InvalidToken(HttpContext http, string description) =>
        Answer(http, $"Bearer realm=\"sandbox\", error=\"invalid_token\", error_description=\"{description}\"", description);

    private static Task Answer(HttpContext http, string challenge, string detail)
    {
        http.Response.Headers.WWWAuthenticate = challenge;
        return http.AnswerProblem(StatusCodes.Status401Unauthorized, "Unauthorized", detail);
    }
}
