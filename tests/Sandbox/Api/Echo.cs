using System.Security.Cryptography;
using System.Text;
using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;
using Microsoft.Extensions.Primitives;

namespace BearerTools.Sandbox.Api;

/// <summary>Says what arrived. A token is shown by a fingerprint only.</summary>
internal static class Echo
{
    private const string Authorization = "Authorization";

    /// <summary>What must not follow a request to another origin.</summary>
    private static readonly string[] s_sensitive = [Authorization, "Proxy-Authorization", "Cookie", "DPoP", "X-Api-Key", "X-Auth-Token"];

    public static void Map(ApiRoutes api)
    {
        api.Any("/api/echo", ApiResponse);
        api.Any("/api/echo/{**rest}", ApiResponse);
        api.AnyWithoutToken("/open/echo", ApiResponse);
        // Unmasked, for tests of how a token is sent.
        api.AnyWithoutToken("/open/headers", http =>
            http.WriteJson(http.Request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString())));
    }

    private static async Task ApiResponse(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var bytes = body.ToArray();
        var request = http.Request;
        await http.WriteJson(new
        {
            method = request.Method,
            protocol = request.Protocol,
            clientCertificate = http.Connection.ClientCertificate?.Thumbprint,
            path = request.Path.Value,
            query = request.Query.ToDictionary(pair => pair.Key, pair => OneOrMore(pair.Value)),
            headers = request.Headers.Where(pair => !IsAuthorization(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value.ToString()),
            sensitiveHeaders = s_sensitive.Where(request.Headers.ContainsKey),
            tokenFingerprint = Fingerprint(request.Headers.Authorization.ToString()),
            contentType = request.ContentType,
            body = Encoding.UTF8.GetString(bytes),
            bodyBase64 = Convert.ToBase64String(bytes),
        });
    }

    private static bool IsAuthorization(string name) => name.Equals(Authorization, StringComparison.OrdinalIgnoreCase);

    private static object OneOrMore(StringValues values) => values.Count == 1 ? values.ToString() : values.ToArray();

    private static string? Fingerprint(string authorization) => IssuedTokens.FromHeader(authorization) is { } token
        ? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)).AsSpan(0, 4)).ToLowerInvariant()
        : null;
}
