namespace BearerTools.Json;

/// <summary>How JSON documents are arranged in a body.</summary>
internal enum JsonFormat
{
    /// <summary>One document (RFC 8259), or several one after the other if the options allow it.</summary>
    Json,

    /// <summary>Several documents, with or without record separators: application/json-seq (RFC 7464), application/stream+json.</summary>
    Sequence,

    /// <summary>One document per line: application/x-ndjson, application/jsonl.</summary>
    JsonLines,

    /// <summary>One document per event: the data of text/event-stream.</summary>
    ServerSentEvents,
}
