namespace BearerTools.Diagnostics.Tracing;

/// <summary>A pause of all requests to an origin.</summary>
internal sealed class PauseRecord : TraceRecord
{
    /// <summary>The origin.</summary>
    public required string Origin { get; init; }

    /// <summary>The time that requests wait.</summary>
    public TimeSpan Length { get; init; }

    public PauseReason Reason { get; init; }

    /// <summary>True if the API only refused requests, and this module determined how long to wait.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The quota that is used up, or <see langword="null"/>. Not cleaned yet.</summary>
    public string? Quota { get; init; }

    public override int Bytes => Fixed + Size(Origin) + Size(Quota) + Size(Error);
}
