using BearerTools.Diagnostics;
using BearerTools.Grants.References;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// A token that is used in a request for another token: a value, renewed if the token cache manages it, or a reference.
/// </summary>
internal sealed class TokenReference
{
    private readonly AccessToken? _token;
    private readonly SecretReference? _reference;
    private volatile bool _hasChanged;

    public TokenReference(AccessToken token)
    {
        _token = token;
        First = token.Value;
    }

    /// <exception cref="BearerTokenException">The place is empty or cannot be read.</exception>
    public TokenReference(SecretReference reference)
    {
        _reference = reference;
        First = reference.IsSlow ? null : Read(reference);
    }

    /// <summary>The current value, for cache keys; <see langword="null"/> if reading it may take long.</summary>
    public Secret? First { get; }

    /// <summary>True if the place had another value than the first one when it was read last.</summary>
    public bool HasChanged => _hasChanged;

    /// <summary>The reference as a part of cache keys, or <see langword="null"/> for a token.</summary>
    public string? Place => _reference?.Place;

    public async ValueTask<Secret> ReadAsync(IEventSink events, CancellationToken cancel)
    {
        if (_reference is not null) return Read();
        if (_token!.Entry is not { IsForgotten: false } entry) return _token.Value;
        return (await entry.GetAsync(new TokenRequestContext { Events = events }, cancel).ConfigureAwait(false)).Value;
    }

    /// <summary>The current value of a reference.</summary>
    /// <exception cref="BearerTokenException">The place is empty or cannot be read.</exception>
    public Secret Read()
    {
        var value = Read(_reference!);
        _hasChanged = First is not null && !value.IsSame(First);
        return value;
    }

    private static Secret Read(SecretReference reference) => new(TokenText.Strip(reference.Read().Reveal()));
}
