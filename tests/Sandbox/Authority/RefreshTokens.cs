using System.Collections.Concurrent;
using System.Security.Cryptography;
using BearerTools.Sandbox.Authority.Grants;

namespace BearerTools.Sandbox.Authority;

/// <summary>All refresh tokens that came from one grant.</summary>
internal sealed class RefreshFamily(string subject, string scope, bool mayReuse)
{
    private volatile bool _revoked;

    public string Subject => subject;

    public string Scope => scope;

    /// <summary>Whether a token stays good after its use, so that none replaces it.</summary>
    public bool MayReuse => mayReuse;

    public bool Revoked
    {
        get => _revoked;
        set => _revoked = value;
    }
}

internal sealed class RefreshToken(RefreshFamily family)
{
    private int _uses;

    public RefreshFamily Family => family;

    public string Value { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));

    /// <summary>True for the first who asks.</summary>
    public bool TryUse() => Interlocked.Increment(ref _uses) == 1;
}

internal sealed class RefreshTokens
{
    private readonly ConcurrentDictionary<string, RefreshToken> _byValue = new(StringComparer.Ordinal);

    public RefreshToken? Find(string value) => _byValue.GetValueOrDefault(value);

    public string Start(Approval approval, bool mayReuse) =>
        Add(new RefreshToken(new RefreshFamily(approval.Subject, approval.Scope, mayReuse)));

    /// <summary>The token that replaces a used one, if one does.</summary>
    public string? Next(RefreshToken used) => used.Family.MayReuse ? null : Add(new RefreshToken(used.Family));

    public void RevokeAll()
    {
        foreach (var token in _byValue.Values) token.Family.Revoked = true;
    }

    private string Add(RefreshToken token)
    {
        _byValue[token.Value] = token;
        return token.Value;
    }
}
