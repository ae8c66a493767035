using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>Finds the human-readable message in a proprietary error response, sanitised for display.</summary>
internal static class ServerMessage
{
    private const int DeepestObject = 3;

    /// <summary>Usual names of message members, the most specific first (the last three by RFC 9457).</summary>
    private static readonly string[] s_names =
    [
        "error_description", "message", "error_message", "errorMessage", "errorSummary", "default_message",
        "error", "errors", "messages", "msg", "reason", "detail", "title",
    ];

    public static string? Find(BackchannelResponse response)
    {
        if (response.IsHtml || response.Body.IsEmpty) return null;
        var text = response.TryReadJson() is { } json ? Find(json, 0) : response.Text;
        return text is null || ServerText.Clean(text) is not { Length: > 0 } shown ? null : shown;
    }

    private static string? Find(JsonElement json, int depth)
    {
        if (json.ValueKind == JsonValueKind.String) return json.GetString();
        if (depth == DeepestObject) return null;
        if (json.ValueKind == JsonValueKind.Array)
            return json.EnumerateArray().Select(item => Find(item, depth + 1)).FirstOrDefault(text => text is not null);
        if (json.ValueKind != JsonValueKind.Object) return null;
        return s_names.Select(name => json.TryGetProperty(name, out var value) ? Find(value, depth + 1) : null)
            .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
    }
}
