using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Authority;

/// <summary>An error response of the token endpoint (RFC 6749 section 5.2).</summary>
internal sealed record OAuthError(string Code, string Description)
{
    public const string InvalidClient = "invalid_client";

    public Task ApiResponse(HttpContext http)
    {
        var isClient = Code == InvalidClient;
        if (isClient) http.Response.Headers.WWWAuthenticate = "Basic realm=\"sandbox\"";
        return http.WriteJson(
            new { error = Code, error_description = Description },
            isClient ? StatusCodes.Status401Unauthorized : StatusCodes.Status400BadRequest);
    }
}
