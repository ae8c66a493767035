using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Json;
using BearerTools.Security;

namespace BearerTools.Running;

/// <summary>Whether a stream of events that is resumed makes progress, and the errors if it does not go on.</summary>
internal sealed class EventResumption
{
    /// <summary>A stream may be resumed for months.</summary>
    private const int MaxIds = 1000;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private string? _lastId;
    private string? _repeated;

    /// <summary>The events of the connections so far.</summary>
    public EventHistory History { get; } = new();

    /// <summary>The fault of the events, if none of them has items, or the last one reports an error, or <see langword="null"/>.</summary>
    public JsonFormatException? Fault => History.Items.Fault;

    /// <summary>What to do if a stream breaks off that is not resumed; <see langword="null"/> if -Resume is of no use for it.</summary>
    public static string? Advice(JsonRowReader<object?> json, RequestTemplate template) =>
        json is { ReadsEvents: true, History: null, LastEventId.Length: > 0 } && MethodTraits.IsIdempotent(template.Method)
            ? "The stream of events broke off. With -Resume, it is continued after its last event."
            : null;

    /// <summary>
    /// The id of the last event of a connection; that of an earlier connection if its events have none, as browsers do;
    /// <see langword="null"/> or empty if none is known.
    /// </summary>
    public string? LastIdOf(ApiResponse response) => response.Position is { } position ? position.LastId ?? _lastId : null;

    /// <summary>Notes the last event before a fault, after which the next connection is to go on.</summary>
    /// <returns>
    /// False if the connection is known to have made no progress: an earlier fault came after the same event, or the server sent an event
    /// again although it was asked to go on after a later one.
    /// </returns>
    public bool Advance(string id)
    {
        if (_ids.Count >= MaxIds) _ids.Clear();
        (_lastId, _repeated) = (id, History.Repeated);
        History.NextConnection(id);
        if (_ids.Add(id)) return _repeated is null;
        _repeated ??= id;
        return false;
    }

    /// <summary>Notes a connection whose events have no ids: the next one is to go on after the same event.</summary>
    public void Stay(string id) => History.NextConnection(id);

    /// <summary>The fault of a stream whose server sends the same events again, or events that their ids do not tell apart.</summary>
    public BearerRequestException Repeated(BearerRequestException fault) => fault.With(
        $"{fault.Message.TrimEnd('.')}. "
            + (History.SharesIds
                ? $"Several events of the stream have the id '{ServerText.Clean(_repeated!, 60)}', so they may come again."
                : $"The server ignores Last-Event-ID: it sent the event '{ServerText.Clean(_repeated!, 60)}' again."),
        "Without -Resume, the events come once. Ask the API's owner to "
            + (History.SharesIds ? "give each event an id of its own." : "support Last-Event-ID."));

    /// <summary>The reason, as a clause, why a stream that broke off cannot be resumed; <see langword="null"/> if there is none.</summary>
    public string? ReasonToEnd(ApiResponse response, BearerRequestException fault)
    {
        if (response.Position is null || fault.Kind is not (BearerErrorKind.Connection or BearerErrorKind.Timeout)) return null;
        var why = string.IsNullOrEmpty(LastIdOf(response))
            ? "its events have no ids"
            : RetryClassifier.ReasonNotToRepeat(response.Template);
        return why is null ? null : $"-Resume cannot continue the stream: {why}";
    }

    /// <summary>The fault of a stream that cannot be resumed.</summary>
    public static BearerRequestException Ended(BearerRequestException fault, RequestTemplate template, string why) =>
        // How the connection ended is of no use: the stream worked, and many servers end streams after some time.
        fault.ErrorId != "ConnectionFailed" ? RetryFailure.GiveUpReason(fault, why) : fault.With(
            $"{RequestFailure.What(template)}: the stream broke off. {why}.",
            MethodTraits.IsIdempotent(template.Method)
                ? "Request the stream again; events may be lost in between, or come twice."
                : fault.NextStep);
}
