namespace BearerTools.Http.Pacing;

/// <summary>The state of one quota as a response reports it.</summary>
/// <param name="Name">The quota's name: a server may have several.</param>
/// <param name="Remaining">The number of requests left.</param>
/// <param name="Reset">The time until it is full again.</param>
/// <param name="Policy">The name that the server gives it, or <see langword="null"/>.</param>
/// <param name="IsPartition">True if the quota is for a part of the requests only.</param>
/// <param name="HoldsUnknown">
/// True if a partition that is used up also holds requests to endpoints whose partition is not known. <c>X-RateLimit-Resource</c> often
/// names most of an API.
/// </param>
internal readonly record struct QuotaReading(
    string Name, long Remaining, TimeSpan Reset, string? Policy = null, bool IsPartition = false, bool HoldsUnknown = false);
