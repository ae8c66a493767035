namespace BearerTools.Running;

/// <summary>How far a runner is.</summary>
/// <param name="Added">Jobs that were handed to it.</param>
/// <param name="Done">Those of them that are through, the failed ones too.</param>
/// <param name="Failed">Those that came to an error.</param>
/// <param name="State">What the job whose turn it is says that it is at.</param>
internal readonly record struct RunCounts(long Added, long Done, long Failed, string? State);
