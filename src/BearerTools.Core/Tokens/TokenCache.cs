using System.Collections.Concurrent;

namespace BearerTools.Tokens;

/// <summary>All tokens of the process, one entry a key.</summary>
internal sealed class TokenCache(TimeProvider time)
{
    private readonly ConcurrentDictionary<TokenKey, TokenEntry> _entries = new();

    /// <summary>The entry of a source's key. Of two sources with one key the first serves both.</summary>
    public TokenEntry Entry(ITokenSource source) => _entries.GetOrAdd(source.Key, static (_, given) => new TokenEntry(given.source, given.time), (source, time));

    /// <summary>The entries that hold a token.</summary>
    public IReadOnlyList<TokenEntry> Held() => [.. _entries.Values.Where(entry => entry.Current is not null)];

    /// <summary>Forgets one; a request for its token that is under way will store nothing.</summary>
    public bool Remove(TokenEntry entry)
    {
        entry.Forget();
        return _entries.TryRemove(new KeyValuePair<TokenKey, TokenEntry>(entry.Source.Key, entry));
    }

    public void Clear()
    {
        foreach (var entry in _entries.Values) Remove(entry);
    }
}
