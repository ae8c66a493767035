namespace BearerTools.Json;

/// <summary>How documents lie in a body.</summary>
internal enum JsonFormat
{
    /// <summary>One document (RFC 8259).</summary>
    Json,

    /// <summary>One document a line: application/x-ndjson, application/jsonl.</summary>
    JsonLines,

    /// <summary>One document an event: the data of text/event-stream.</summary>
    ServerSentEvents,
}
