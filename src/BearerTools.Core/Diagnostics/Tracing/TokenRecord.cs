namespace BearerTools.Diagnostics.Tracing;

/// <summary>A step in the life of a token.</summary>
internal sealed class TokenRecord : TraceRecord
{
    /// <summary>What happened, as a sentence without secrets. Token events are rare, so that their text may be made at once.</summary>
    public required string Text { get; init; }

    /// <summary>Name of the flow, or <see langword="null"/>.</summary>
    public string? Flow { get; init; }

    /// <summary>How long the token request took that ended at this time, or <see langword="null"/> if none ended.</summary>
    public TimeSpan? Duration { get; init; }

    public override int Bytes => Fixed + Size(Text) + Size(Error);
}
