using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Running;

/// <summary>Errors that APIs report in the JSON of a response with a success status, in the place of the objects.</summary>
internal static class ReportedError
{
    private static readonly string[] s_names = ["error", "errors", "fault"];

    /// <summary>What a document without objects says about the error; <see langword="null"/> if it reports none.</summary>
    public static string? Words(string? document)
    {
        const char Mark = '\uFEFF';
        if (document is null || ServerJson.TryParse(document.TrimStart(Mark)) is not { ValueKind: JsonValueKind.Object } json) return null;
        return s_names.Any(name => json.TryGetProperty(name, out var value) && IsError(value)) ? ProblemText.From(json) : null;
    }

    private static bool IsError(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.String => value.GetString() is { Length: > 0 },
        _ => value.ValueKind == JsonValueKind.True,
    };
}
