using BearerTools.Http;
using BearerTools.Tokens;

namespace BearerTools.Session;

/// <summary>A way to a token, and the API it is for.</summary>
/// <param name="Tokens">Gives and renews the token.</param>
/// <param name="BaseUri">What relative addresses are joined to.</param>
internal sealed record Connection(TokenEntry Tokens, Uri? BaseUri)
{
    /// <summary>What a command line asks for: its own token, or what is connected; its own base, or what is connected.</summary>
    /// <returns>Nothing when there is no token.</returns>
    public static Connection? For(AccessToken? token, Uri? baseUri)
    {
        var current = BearerSession.Current;
        var tokens = token is null ? current?.Tokens : EntryOf(token);
        if (tokens is null) return null;
        // A base that was connected with one token is no base for another.
        var knownBase = ReferenceEquals(tokens, current?.Tokens) ? current.BaseUri : null;
        return new Connection(tokens, baseUri is null ? knownBase : RequestAddress.Base(baseUri));
    }

    /// <summary>The cache's entry of a token, so that it is renewed; one of its own for a token from outside or forgotten.</summary>
    private static TokenEntry EntryOf(AccessToken token) =>
        token.Entry is { IsForgotten: false } entry ? entry : BearerSession.Standalone(token);
}
