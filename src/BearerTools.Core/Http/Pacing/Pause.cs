using BearerTools.Diagnostics;

namespace BearerTools.Http.Pacing;

/// <summary>A pause of all requests to an origin.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="For">The time until it ends.</param>
/// <param name="Quota">The name of the quota that is used up, or <see langword="null"/>.</param>
/// <param name="IsOwn">True if the API only refused requests, and did not say how long to wait.</param>
internal readonly record struct Pause(PauseReason Reason, TimeSpan For, string? Quota = null, bool IsOwn = false)
{
    /// <summary>The reason as a clause, such as <c>the API asked for a pause</c>.</summary>
    public string Clause => EventText.Clause(Reason, Quota);
}
