using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Http.Retrying;
using BearerTools.Json;

namespace BearerTools.Running;

/// <summary>What all requests of one command share: how they are sent and how responses are read.</summary>
/// <param name="sender">Sends the requests.</param>
/// <param name="newBuilder">Creates a builder, which may write events about a response.</param>
/// <param name="json">The options for reading JSON.</param>
internal sealed class RequestRun(IRequestHandler sender, Func<IEventSink, IJsonBuilder<object?>> newBuilder, JsonReadOptions json)
{
    private readonly Stack<ResponseReader> _idle = [];

    public IRequestHandler Sender => sender;

    /// <summary>Retries responses truncated before their first object; <see langword="null"/> to disable this.</summary>
    public RetryHandler? Retries { get; init; }

    /// <summary>Treats HTTP error statuses as normal responses.</summary>
    public bool SkipErrorCheck { get; init; }

    /// <summary>What bodies become.</summary>
    public BodyForm Form { get; init; }

    /// <summary>Returns the complete response as one object.</summary>
    public bool IncludeResponse { get; init; }

    /// <summary>True if status and headers are written before the objects.</summary>
    public bool WantsHead { get; init; }

    /// <summary>True if saved bodies are also written to the pipeline.</summary>
    public bool PassesThru { get; init; }

    /// <summary>True if partial downloads are resumed.</summary>
    public bool Resumes { get; init; }

    /// <summary>Counts bytes for the progress line; <see langword="null"/> if it is not shown.</summary>
    public Transfer? Transfer { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Profile of the connection for spans, or <see langword="null"/>.</summary>
    public string? Profile { get; init; }

    /// <summary>Creates the context of one input's requests.</summary>
    /// <param name="output">The job's output.</param>
    /// <param name="events">Receives the events (default: the output).</param>
    /// <param name="cancel">Cancels the requests.</param>
    public RequestContext NewContext(JobOutput output, IEventSink? events, CancellationToken cancel) => new(events ?? output, cancel)
    {
        Begun = Time.GetTimestamp(),
        Time = Time,
        ProgressSink = output,
        Gate = output,
    };

    /// <summary>
    /// Returns an idle reader with its cache of names and texts, or a new one. The last one used comes first, so that few are used and
    /// their caches are warm.
    /// </summary>
    public ResponseReader RentReader()
    {
        lock (_idle)
        {
            if (_idle.TryPop(out var reader)) return reader;
        }

        return new ResponseReader(json, newBuilder, Transfer) { Form = Form, KeepsPages = SkipErrorCheck };
    }

    public void Return(ResponseReader reader)
    {
        lock (_idle) _idle.Push(reader);
    }
}
