using System.Text.Json;

namespace BearerTools.Sandbox.Entra;

/// <summary>The parameter <c>claims</c> of a token request: what the client can do, and what an API requires of the token.</summary>
internal sealed record ClaimsRequest(string[] Capabilities, string? Met)
{
    public static ClaimsRequest? TryRead(string json)
    {
        if (json.Length == 0) return new([], null);
        try
        {
            using var document = JsonDocument.Parse(json);
            var requested = document.RootElement.GetProperty("access_token");
            var capabilities = requested.TryGetProperty("xms_cc", out var able) ? able.GetProperty("values").EnumerateArray().Select(one => one.GetString()!).ToArray() : [];
            return new(capabilities, requested.TryGetProperty("nbf", out var since) ? since.GetProperty("value").GetString() : null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
