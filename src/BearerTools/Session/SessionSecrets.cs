using System.Collections.Concurrent;
using System.Management.Automation;
using BearerTools.Security;

namespace BearerTools.Session;

/// <summary>
/// The secrets that this process has read from vaults, each once until the token cache is cleared; and successors of refresh tokens that
/// could not be stored yet.
/// </summary>
internal sealed class SessionSecrets
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Secret> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Unstored> _unstored = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>The secret if it has been read, else <see langword="null"/>.</summary>
    public Secret? Known(string reference) => _known.GetValueOrDefault(reference);

    /// <summary>
    /// The secret; if it has not been read, reads it. Of several runspaces, one reads and the others wait: a vault may ask for a password.
    /// </summary>
    public Secret Get(string reference, Func<Secret> read)
    {
        if (Known(reference) is { } known) return known;
        var gate = _gates.GetOrAdd(reference, static _ => new Gate());
        if (gate.Owner == Environment.CurrentManagedThreadId)
            throw new PSInvalidOperationException("Reading the secret needs the secret itself.");
        gate.Turn.Wait(SpecialFile.Cancellation);
        try
        {
            gate.Owner = Environment.CurrentManagedThreadId;
            return Known(reference) ?? (_known[reference] = read());
        }
        finally
        {
            gate.Owner = null;
            gate.Turn.Release();
        }
    }

    /// <summary>Replaces a secret by its successor, which is stored by <see cref="Stored"/> or with the next command.</summary>
    public void Replace(VaultSecret place, Secret successor)
    {
        _known[place.Reference] = successor;
        _unstored[place.Reference] = new Unstored(place, successor);
    }

    /// <summary>The successor that was not stored yet, or <see langword="null"/>.</summary>
    public Secret? SuccessorOf(string reference) => _unstored.GetValueOrDefault(reference)?.Successor;

    /// <summary>Called when a successor was stored.</summary>
    public void Stored(string reference, Secret successor)
    {
        if (_unstored.TryGetValue(reference, out var found) && ReferenceEquals(found.Successor, successor))
            _unstored.TryRemove(new KeyValuePair<string, Unstored>(reference, found));
    }

    /// <summary>
    /// Stores successors that could not be stored earlier. A vault that fails is tried again after a pause. On the pipeline thread.
    /// </summary>
    public void StoreRest()
    {
        if (_unstored.IsEmpty) return;
        foreach (var one in _unstored.Values)
        {
            if (Environment.TickCount64 < one.NextAttempt) continue;
            one.NextAttempt = Environment.TickCount64 + (long)s_pause.TotalMilliseconds;
            one.Place.Store();
        }
    }

    /// <summary>Forgets the secrets. Successors that are not stored are kept, because there is no other copy of them.</summary>
    public void Clear()
    {
        foreach (var reference in _known.Keys)
        {
            if (!_unstored.ContainsKey(reference)) _known.TryRemove(reference, out _);
        }
    }

    /// <summary>A successor that is not stored, and when to try again.</summary>
    private sealed class Unstored(VaultSecret place, Secret successor)
    {
        public VaultSecret Place => place;

        public Secret Successor => successor;

        public long NextAttempt { get; set; }
    }

    private sealed class Gate
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public int? Owner { get; set; }
    }
}
