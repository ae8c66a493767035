using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>The 401 responses of a protected resource (RFC 6750 section 3).</summary>
internal static class BearerChallenge
{
    /// <summary>Says nothing of an error when no credentials came (RFC 6750 section 3.1).</summary>
    public static Task Missing(HttpContext http) => ApiResponse(http, "Bearer realm=\"sandbox\"", "This address wants a bearer token.");

    public static Task InvalidToken(HttpContext http, string description) =>
        ApiResponse(http, $"Bearer realm=\"sandbox\", error=\"invalid_token\", error_description=\"{description}\"", description);

    /// <summary>Not the token, but the proof of its key is wrong (RFC 9449 section 7.1).</summary>
    public static Task ProofRefused(HttpContext http, string error) =>
        ApiResponse(http, $"DPoP realm=\"sandbox\", error=\"{error}\", algs=\"ES256\"", "The proof of the key is not taken.");

    private static Task ApiResponse(HttpContext http, string challenge, string detail)
    {
        http.Response.Headers.WWWAuthenticate = challenge;
        return http.WriteProblem(StatusCodes.Status401Unauthorized, "Unauthorized", detail);
    }
}
