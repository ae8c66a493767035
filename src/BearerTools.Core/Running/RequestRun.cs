using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Http.Retrying;
using BearerTools.Json;

namespace BearerTools.Running;

/// <summary>What all requests of one command share: the way they are sent, how answers are read, what is wanted of them.</summary>
/// <param name="sender">Sends them.</param>
/// <param name="newBuilder">Makes a builder, which may write events about a response.</param>
/// <param name="json">How their JSON is read.</param>
internal sealed class RequestRun(IRequestHandler sender, Func<IEventSink, IJsonBuilder<object?>> newBuilder, JsonReadOptions json)
{
    private readonly Stack<ResponseReader> _idle = [];

    public IRequestHandler Sender => sender;

    /// <summary>Asks again when an answer broke off before its first row; nothing to leave it at that.</summary>
    public RetryHandler? Retries { get; init; }

    /// <summary>An error status is an answer like any other.</summary>
    public bool SkipErrorCheck { get; init; }

    /// <summary>The whole answer as one object.</summary>
    public bool IncludeResponse { get; init; }

    /// <summary>Status and headers are wanted before the rows.</summary>
    public bool WantsHead { get; init; }

    /// <summary>What is saved is also read, as if it were not.</summary>
    public bool PassesThru { get; init; }

    /// <summary>Files of which a part is there are gone on with.</summary>
    public bool Resumes { get; init; }

    /// <summary>Where bytes are counted; nothing when nobody wants to see them.</summary>
    public Transfer? Transfer { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The context of one input's requests. Its events go to the job's output.</summary>
    public RequestContext NewContext(JobOutput output, CancellationToken cancel) => new(output, cancel)
    {
        Begun = Time.GetTimestamp(),
        Time = Time,
        ProgressSink = output,
    };

    /// <summary>
    /// A reader nobody uses now, with the names and texts it has seen: the one that was used last, so that few are used, and
    /// what they know is at hand.
    /// </summary>
    public ResponseReader RentReader()
    {
        lock (_idle)
        {
            if (_idle.TryPop(out var reader)) return reader;
        }

        return new ResponseReader(json, newBuilder, Transfer);
    }

    public void Return(ResponseReader reader)
    {
        lock (_idle) _idle.Push(reader);
    }
}
