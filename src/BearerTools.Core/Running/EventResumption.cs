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
    private string? _repeated;

    /// <summary>The events of the connections so far.</summary>
    public EventHistory History { get; } = new();

    /// <summary>Notes the last event before a fault, after which the next connection is to go on.</summary>
    /// <returns>
    /// False if the connection made no progress: an earlier fault came after the same event, or the server sent an event again although it
    /// was asked to go on after a later one.
    /// </returns>
    public bool Advance(string id)
    {
        if (_ids.Count >= MaxIds) _ids.Clear();
        _repeated = History.Repeated;
        History.NextConnection(id);
        if (_ids.Add(id)) return _repeated is null;
        _repeated ??= id;
        return false;
    }

    /// <summary>The fault of a stream whose server sends the same events again.</summary>
    public BearerRequestException Repeated(BearerRequestException fault) => RetryFailure.With(
        fault,
        $"{fault.Message.TrimEnd('.')}. The server ignores Last-Event-ID: it sent the event '{ServerText.Clean(_repeated!, 60)}' again.",
        "Without -Resume, the events come once. Ask the API's owner to support Last-Event-ID.");

    /// <summary>The reason, as a clause, why a stream that broke off cannot be resumed; <see langword="null"/> if there is none.</summary>
    public static string? ReasonToEnd(ApiResponse response, BearerRequestException fault)
    {
        if (response.Position is not { } position || fault.Kind is not (BearerErrorKind.Connection or BearerErrorKind.Timeout)) return null;
        var why = string.IsNullOrEmpty(position.LastId)
            ? "its events have no ids"
            : RetryClassifier.ReasonNotToRepeat(response.Template);
        return why is null ? null : $"-Resume cannot continue the stream: {why}";
    }

    /// <summary>The fault of a stream that cannot be resumed.</summary>
    public static BearerRequestException Ended(BearerRequestException fault, RequestTemplate template, string why) =>
        // How the connection ended is of no use: the stream worked, and many servers end streams after some time.
        fault.ErrorId != "ConnectionFailed" ? RetryFailure.GiveUpReason(fault, why) : RetryFailure.With(
            fault,
            $"{RequestFailure.What(template)}: the stream broke off. {why}.",
            MethodTraits.IsIdempotent(template.Method)
                ? "Request the stream again; events may be lost in between, or come twice."
                : fault.NextStep);
}
