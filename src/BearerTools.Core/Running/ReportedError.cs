using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Running;

/// <summary>Errors that APIs report in the JSON of a response with a success status, in the place of the objects.</summary>
internal static class ReportedError
{
    private static readonly string[] s_names = ["error", "errors", "fault"];

    /// <summary>The document that begins at an offset; <see langword="null"/> if it is not complete.</summary>
    public static string? Document(ReadOnlySpan<byte> body, long offset)
    {
        if (offset >= body.Length) return null;
        var bytes = body[(int)offset..];
        try
        {
            var reader = new Utf8JsonReader(bytes);
            reader.Read();
            reader.Skip();
            return Encoding.UTF8.GetString(bytes[..(int)reader.BytesConsumed]);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What a document without objects says about the error; <see langword="null"/> if it reports none.</summary>
    public static string? Words(string? document)
    {
        if (document is null || ServerJson.TryParse(document) is not { ValueKind: JsonValueKind.Object } json) return null;
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
