using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>A token that goes into a request for another: in hand, and kept fresh when the cache holds it, or in a place.</summary>
internal sealed class TokenReference
{
    private readonly AccessToken? _token;
    private readonly SecretReference? _reference;

    public TokenReference(AccessToken token)
    {
        _token = token;
        First = token.Value;
    }

    /// <exception cref="BearerTokenException">There is nothing at that place.</exception>
    public TokenReference(SecretReference reference)
    {
        _reference = reference;
        First = Read(reference);
    }

    /// <summary>What it is now, for keys.</summary>
    public Secret First { get; }

    public string? Text => _reference?.Text;

    public async ValueTask<Secret> ReadAsync(IEventSink events, CancellationToken cancel)
    {
        if (_reference is not null) return Read(_reference);
        if (_token!.Entry is not { IsForgotten: false } entry) return _token.Value;
        return (await entry.GetAsync(new TokenRequestContext { Events = events }, cancel).ConfigureAwait(false)).Value;
    }

    private static Secret Read(SecretReference reference) => new(TokenText.Strip(reference.Read().Reveal()));
}
