using System.Security.Cryptography;
using BearerTools.Diagnostics;
using BearerTools.Fleet;
using BearerTools.Storage;
using BearerTools.Storage.Files;

namespace BearerTools.Redis;

/// <summary>The key that encrypts the entries. It never leaves this process.</summary>
internal sealed class EntryKey(FleetOptions options)
{
    private volatile StoreKey? _key;

    /// <summary>Reads the place of the key, if that may take long.</summary>
    public async ValueTask PrepareAsync(IEventSink events, CancellationToken cancel)
    {
        if (_key is null && options.Key is { } place) await place.LoadAsync(events, cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// Forgets the key after it has opened no entry: a corrected one is then read at the next use. Returns true if there is another one
    /// already.
    /// </summary>
    public bool Renew()
    {
        var known = Interlocked.Exchange(ref _key, null);
        return known is not null && options.Key is { IsSlow: false } && !Get().Id.SequenceEqual(known.Id);
    }

    /// <summary>The key.</summary>
    /// <exception cref="BearerTokenException">It is missing or is no key.</exception>
    public StoreKey Get()
    {
        if (_key is { } known) return known;
        if (options.Key is null)
        {
            throw new BearerTokenException("The key that encrypts the entries in Redis is missing.")
            {
                ErrorId = "StoreKeyMissing",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = $"Create one (openssl rand -base64 32), keep it as a secret, and refer to it on all workers: -StoreKeyFrom "
                    + $"env:NAME, or the environment variable {FleetOptions.KeyVariable}.",
            };
        }

        var bytes = new byte[2 * StoreKey.Length];
        try
        {
            if (!Convert.TryFromBase64String(options.Key.Read().Reveal().Trim(), bytes, out var length) || length != StoreKey.Length)
            {
                throw StoreErrors.KeyUnusable(
                    options.Key.Shown ?? "the given text", "is not 32 bytes in Base64", "Create one: openssl rand -base64 32");
            }

            return _key = new StoreKey(bytes.AsSpan(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
