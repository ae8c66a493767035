namespace BearerTools.Http.Connecting;

/// <summary>
/// The runtime was about to send a message again, because the server closed the connection before it responded. The message may have been
/// processed, so whether it is repeated is decided by the rules for retries. No <see cref="IOException"/>, which the runtime repeats too.
/// </summary>
internal sealed class ResentException() : HttpRequestException(
    HttpRequestError.ResponseEnded, "The server closed a connection that had been used before, without a response.");
