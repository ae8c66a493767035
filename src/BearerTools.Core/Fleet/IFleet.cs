using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http.Pacing;
using BearerTools.Storage;
using BearerTools.Tokens;

namespace BearerTools.Fleet;

/// <summary>
/// What the workers on several machines share through one server: logins, accounts and pacing. Nothing connects before it is used. A server
/// that is away is a <see cref="BearerTokenException"/> with the id <see cref="StoreErrors.UnavailableId"/>, within seconds.
/// </summary>
internal interface IFleet
{
    ITokenStore Tokens { get; }

    IAccountStore Accounts { get; }

    ISharedPace Pace { get; }

    /// <summary>Receives what changes for all requests, besides the sink of one of them; <see langword="null"/> for none.</summary>
    TraceLog? Trace { get; set; }

    /// <summary>Checks that the server can be used.</summary>
    /// <param name="isForTokens">True if the key that encrypts the entries is needed.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <param name="cancel">Cancels the check.</param>
    /// <exception cref="BearerTokenException">It cannot be used. The error names what is missing.</exception>
    Task CheckAsync(bool isForTokens, IEventSink events, CancellationToken cancel);

    /// <summary>Checks that this process can open an entry. Changes nothing.</summary>
    /// <returns>False if there is no such entry.</returns>
    /// <exception cref="BearerTokenException">The server cannot be used, or the entry cannot be opened.</exception>
    Task<bool> CanOpenAsync(string identity, CancellationToken cancel);

    /// <summary>Deletes all tokens and accounts, each under its lock.</summary>
    /// <exception cref="BearerTokenException">They cannot all be deleted.</exception>
    Task DeleteAllAsync(CancellationToken cancel);
}
