namespace BearerTools.Http.Pacing;

/// <summary>What an answer says of one quota.</summary>
/// <param name="Name">Which one: a server may keep several.</param>
/// <param name="Remaining">How many requests it still allows.</param>
/// <param name="Reset">In how long it is full again.</param>
internal readonly record struct QuotaReading(string Name, long Remaining, TimeSpan Reset);
