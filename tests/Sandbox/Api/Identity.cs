using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>Says whom the token stands for, and what it is good for.</summary>
internal static class Identity
{
    public static void Map(ApiRoutes api, SandboxContext sandbox) => api.Any("/api/whoami", http =>
    {
        var token = sandbox.Tokens.Find(http.Request.Headers.Authorization.ToString());
        return http.WriteJson(new { subject = token?.Subject, scope = token?.Scope });
    });
}
