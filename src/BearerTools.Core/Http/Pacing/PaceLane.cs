using BearerTools.Diagnostics;

namespace BearerTools.Http.Pacing;

/// <summary>The requests to one origin that the same limits of the server apply to. They wait in order of arrival.</summary>
/// <param name="pace">The pace of the origin.</param>
/// <param name="limits">The limits of the token.</param>
/// <param name="scope">Which quotas apply.</param>
internal sealed class PaceLane(OriginPace pace, ServerLimits limits, QuotaScope scope)
{
    public ServerLimits Limits => limits;

    public QuotaScope Scope => scope;

    public LinkedList<PaceWaiter> Waiting { get; } = new();

    /// <summary>True if another lane has replaced this one, or will.</summary>
    public bool IsEvicted => pace.IsEvicted || limits.IsEvicted;

    /// <summary>Waits until a message may go out.</summary>
    /// <param name="address">The address of the request, or <see langword="null"/>.</param>
    /// <param name="maxWait">The maximum wait; <see langword="null"/> for no limit.</param>
    /// <param name="events">Receives an event if the message has to wait.</param>
    /// <param name="progress">Shows that the message waits, or <see langword="null"/>.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <exception cref="PausedTooLongException">The origin is paused for longer than the maximum wait.</exception>
    public ValueTask<Permit> EnterAsync(
        Uri? address, TimeSpan? maxWait, IEventSink events, IProgressSink? progress, CancellationToken cancel) =>
        pace.EnterAsync(this, address, maxWait, events, progress, cancel);

    /// <summary>Returns a permit, whatever the response contains and whatever fails.</summary>
    /// <param name="permit">The permit.</param>
    /// <param name="response">The response, or <see langword="null"/> if none came.</param>
    /// <returns>
    /// The time that the response asks all clients to wait; <see langword="null"/> if it does not, or another response already did.
    /// </returns>
    public TimeSpan? Leave(in Permit permit, HttpResponseMessage? response) => pace.Leave(permit, response);
}
