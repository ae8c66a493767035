namespace BearerTools.Json;

/// <summary>How JSON documents are arranged in a body.</summary>
internal enum JsonFormat
{
    /// <summary>One document (RFC 8259).</summary>
    Json,

    /// <summary>One document per line: application/x-ndjson, application/jsonl.</summary>
    JsonLines,

    /// <summary>One document per event: the data of text/event-stream.</summary>
    ServerSentEvents,
}
