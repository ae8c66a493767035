using BearerTools.Diagnostics;

namespace BearerTools.Http.Pacing;

/// <summary>A pause of all requests to an origin.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="For">The time until it ends.</param>
internal readonly record struct Pause(PauseReason Reason, TimeSpan For)
{
    /// <summary>The reason as a clause, such as <c>the API asked for a pause</c>.</summary>
    public string Clause => EventText.Clause(Reason);
}
