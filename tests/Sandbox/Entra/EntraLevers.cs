using System.Collections.Concurrent;

namespace BearerTools.Sandbox.Entra;

/// <summary>What tests make happen.</summary>
internal sealed class EntraLevers
{
    public const int UsualLifetime = 3599;

    private readonly ConcurrentQueue<EntraError> _faults = new();

    /// <summary>Seconds that access tokens live.</summary>
    public int Lifetime { get; set; } = UsualLifetime;

    /// <summary>True if users refuse when they are asked.</summary>
    public bool UsersDecline { get; set; }

    /// <summary>Whether the machine has managed identities.</summary>
    public bool HasIdentities { get; set; } = true;

    /// <summary>What the API wants to have been asked for with a token; nothing when any token will do.</summary>
    public string? Challenge { get; set; }

    /// <summary>The response to the next token request.</summary>
    public void Fail(EntraError error) => _faults.Enqueue(error);

    public EntraError? NextFault() => _faults.TryDequeue(out var fault) ? fault : null;

    public void Reset()
    {
        (Lifetime, UsersDecline, HasIdentities, Challenge) = (UsualLifetime, false, true, null);
        _faults.Clear();
    }
}
