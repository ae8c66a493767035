namespace BearerTools.Security;

/// <summary>
/// Removes the values of all secrets in use from a text, in any encoding. The values are held weakly: a value is forgotten when no secret
/// has it any more.
/// </summary>
internal static class LiveSecrets
{
    /// <summary>Shorter values are not masked: they are often common words, and masking them would make texts unreadable.</summary>
    public const int MinimumLength = SecretIndex.MinimumLength;

    public const string Mark = "***";

    /// <summary>Collected secrets are purged after this many new ones, or as many as there are, whichever is more.</summary>
    private const int PurgeInterval = 1024;

    private static readonly object s_gate = new();
    private static readonly SecretIndex s_index = new();
    private static readonly object s_newGate = new();
    private static List<WeakReference<KnownSecret>> s_new = [];
    private static int s_purgeNewAt = PurgeInterval;

    /// <summary>Number of distinct values, including those of secrets that were collected since the last purge.</summary>
    public static int Count
    {
        get
        {
            lock (s_gate)
            {
                AddNew();
                return s_index.Count;
            }
        }
    }

    /// <summary>
    /// Registers a secret. Its encodings are computed when a text is first searched for it; most secrets never need that.
    /// </summary>
    public static void Register(KnownSecret secret)
    {
        if (secret.Value.Length < MinimumLength) return;
        lock (s_newGate)
        {
            s_new.Add(new WeakReference<KnownSecret>(secret));
            if (s_new.Count < s_purgeNewAt) return;
            s_new.RemoveAll(static known => !known.TryGetTarget(out _));
            s_purgeNewAt = Math.Max(PurgeInterval, 2 * s_new.Count);
        }
    }

    /// <summary>Replaces every secret in the text by <see cref="Mark"/>. Returns the same instance if it contains none.</summary>
    public static string Redact(string text)
    {
        if (text.Length < MinimumLength) return text;
        lock (s_gate)
        {
            AddNew();
            return s_index.Replace(text, Mark);
        }
    }

    /// <summary>
    /// Removes the values of secrets that were collected. Values that something can still use are kept, because they could still be
    /// printed.
    /// </summary>
    public static void Purge()
    {
        lock (s_gate)
        {
            AddNew();
            s_index.Purge();
        }
    }

    private static void AddNew()
    {
        List<WeakReference<KnownSecret>> added;
        lock (s_newGate)
        {
            if (s_new.Count == 0) return;
            (added, s_new) = (s_new, []);
            s_purgeNewAt = PurgeInterval;
        }

        foreach (var secret in added) s_index.Add(secret);
        if (s_index.Added >= Math.Max(PurgeInterval, s_index.Count)) s_index.Purge();
    }
}
