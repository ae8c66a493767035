namespace BearerTools.Http.Pacing;

/// <summary>What a command asks of the pace of the origins it sends to. Of several commands' demands all are kept.</summary>
internal sealed record PaceOptions
{
    /// <summary>No more than so many in so much time.</summary>
    public RateLimit? Rate { get; init; }

    /// <summary>No more than so many under way at once, from all commands together.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>No more at once than the server bears, found out by trying.</summary>
    public bool IsAdaptive { get; init; }

    public bool IsNone => Rate is null && MaxConcurrent is null && !IsAdaptive;
}
