using BearerTools.Json;

namespace BearerTools.Running;

/// <summary>What the media type of an answer says of its body: JSON in one of its forms, text, or bytes.</summary>
internal readonly record struct BodyKind(JsonFormat? Json, bool IsText)
{
    public static BodyKind Of(HttpContent content) => content.Headers.ContentType?.MediaType?.ToLowerInvariant() switch
    {
        null => new(null, true),
        "application/x-ndjson" or "application/ndjson" or "application/jsonl" or "application/jsonlines" => new(JsonFormat.JsonLines, true),
        "text/event-stream" => new(JsonFormat.ServerSentEvents, true),
        "application/json" or "text/json" => new(JsonFormat.Json, true),
        var type when type.EndsWith("+json", StringComparison.Ordinal) => new(JsonFormat.Json, true),
        var type => new(null, IsTextual(type)),
    };

    private static bool IsTextual(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal)
        || type is "application/xml" or "application/javascript" or "application/x-www-form-urlencoded" or "application/yaml";
}
