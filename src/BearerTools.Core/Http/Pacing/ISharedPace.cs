using BearerTools.Diagnostics;
using BearerTools.Security;

namespace BearerTools.Http.Pacing;

/// <summary>Pacing of requests that several processes share. Safe to use from any thread.</summary>
internal interface ISharedPace
{
    /// <summary>
    /// Why messages wait for the limit that the processes share, as a clause; <see langword="null"/> if the limits of a command say it.
    /// </summary>
    string? Limit => null;

    /// <summary>Waits until a message may go out, as far as other processes are concerned.</summary>
    /// <param name="origin">The origin that it goes to.</param>
    /// <param name="rate">The limit that the processes share, or <see langword="null"/> to respect only their pauses.</param>
    /// <param name="maxWait">The longest pause that the message can wait for; <see langword="null"/> for no limit.</param>
    /// <param name="events">Receives an event if the message waits for a pause, or if other processes cannot be respected.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>
    /// What is disposed when the response's headers have arrived or the message has failed; <see langword="null"/> if that does not matter.
    /// </returns>
    /// <exception cref="PausedTooLongException">Another process has learned of a pause that is longer than the maximum wait.</exception>
    ValueTask<IDisposable?> EnterAsync(Origin origin, RateLimit? rate, TimeSpan? maxWait, IEventSink events, CancellationToken cancel);

    /// <summary>Tells the other processes that an origin asked for a pause.</summary>
    Task PauseAsync(Origin origin, TimeSpan pause, IEventSink events);
}
