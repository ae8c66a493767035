using BearerTools.Diagnostics;
using BearerTools.Security;

namespace BearerTools.Grants.References;

/// <summary>Reads a secret from a place that may take long, such as a program or a vault.</summary>
internal interface ISecretReader
{
    /// <summary>The place for messages, without anything that may be a secret.</summary>
    string Shown { get; }

    /// <summary>Reads the secret on the thread of a command that has just started, until the command is stopped.</summary>
    /// <exception cref="BearerTokenException">The secret cannot be read.</exception>
    Secret Read();

    /// <summary>Reads the secret for a token request.</summary>
    /// <exception cref="BearerTokenException">The secret cannot be read.</exception>
    Task<Secret> ReadAsync(IEventSink events, CancellationToken cancel);

    /// <summary>Stores the successor of the secret, in places that can be written; in others, it does nothing.</summary>
    /// <returns>A task that does not fail: if the successor cannot be stored, an event says so.</returns>
    Task StoreAsync(Secret successor, IEventSink events, CancellationToken cancel);
}
