namespace BearerTools.Running;

/// <summary>The progress of a runner.</summary>
/// <param name="Added">The number of jobs added.</param>
/// <param name="Done">The number of jobs finished, including failed ones.</param>
/// <param name="Failed">The number of failures.</param>
/// <param name="State">The state that the job whose turn it is reports, or <see langword="null"/>.</param>
internal readonly record struct RunCounts(long Added, long Done, long Failed, string? State);
