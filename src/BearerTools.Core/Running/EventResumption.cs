using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Security;

namespace BearerTools.Running;

/// <summary>Whether a stream of events that is resumed makes progress, and the errors if it does not go on.</summary>
internal sealed class EventResumption
{
    /// <summary>A stream may be resumed for months.</summary>
    private const int MaxIds = 1000;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>Notes the last event before a fault.</summary>
    /// <returns>False if an earlier fault came after the same event, so that the stream makes no progress.</returns>
    public bool Advance(string id)
    {
        if (_ids.Count >= MaxIds) _ids.Clear();
        return _ids.Add(id);
    }

    /// <summary>The fault of a stream whose server sends the same events again.</summary>
    public static BearerRequestException Repeated(BearerRequestException fault, string id) => RetryFailure.With(
        fault,
        $"{fault.Message.TrimEnd('.')}. The server ignores Last-Event-ID: it sent the event '{ServerText.Clean(id, 60)}' again.",
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
}
