using BearerTools.Json;

namespace BearerTools.Running;

/// <summary>The kind of a response's body by its media type: JSON in one of its formats, text, or bytes.</summary>
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

    /// <summary>Guesses the content of a body of another type by how it starts. Scalar JSON values are only recognised in text.</summary>
    public BodyLook LooksLike(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) switch
    {
        [(byte)'{' or (byte)'[', ..] => BodyLook.Json,
        [(byte)'<', ..] => BodyLook.Xml,
        [(byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..] when IsText => BodyLook.Json,
        var word when IsText
            && word.TrimEnd(" \t\r\n"u8) is var bare
            && (bare.SequenceEqual("true"u8) || bare.SequenceEqual("false"u8) || bare.SequenceEqual("null"u8)) => BodyLook.Json,
        _ => BodyLook.Other,
    };

    private static bool IsTextual(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal)
        || type is "application/xml" or "application/xml-dtd" or "application/xml-external-parsed-entity"
            or "application/javascript" or "application/x-javascript" or "application/x-www-form-urlencoded"
            or "application/yaml" or "application/x-yaml" or "application/toml";
}

/// <summary>What a body appears to be.</summary>
internal enum BodyLook
{
    /// <summary>Neither JSON nor XML.</summary>
    Other,

    /// <summary>It starts like JSON.</summary>
    Json,

    /// <summary>It starts like XML.</summary>
    Xml,
}
