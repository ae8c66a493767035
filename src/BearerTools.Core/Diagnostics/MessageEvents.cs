using BearerTools.Diagnostics.Tracing;

namespace BearerTools.Diagnostics;

/// <summary>A part of a message, as on the wire but without secrets.</summary>
/// <param name="IsResponse">True if it belongs to the response.</param>
internal abstract record MessageEvent(bool IsResponse) : DiagnosticEvent
{
    public override EventLevel Level => EventLevel.Debug;
}

/// <summary>The head of a message.</summary>
internal sealed record MessageTraced(bool IsResponse, TracedHead Head) : MessageEvent(IsResponse);

/// <summary>The body of a message.</summary>
internal sealed record BodyTraced(bool IsResponse, TracedBody Body) : MessageEvent(IsResponse);
