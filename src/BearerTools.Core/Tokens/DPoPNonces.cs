using System.Net.Http.Headers;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>The latest nonce of each origin (RFC 9449 section 8.2): whatever answer brings one, the next request has it.</summary>
internal sealed class DPoPNonces
{
    private const string Header = "DPoP-Nonce";

    /// <summary>Far more than any server needs; each of our requests carries it.</summary>
    private const int LongestNonce = 1024;

    private const int MaxOrigins = 1000;

    private readonly BoundedDictionary<Origin, string> _latest = new(MaxOrigins);

    public string? Of(Uri address) => _latest.TryGetValue(Origin.Of(address), out var nonce) ? nonce : null;

    /// <summary>Keeps the nonce of an answer, if it brings one.</summary>
    /// <returns>That nonce.</returns>
    public string? Take(Uri address, HttpResponseHeaders response)
    {
        if (!response.NonValidated.TryGetValues(Header, out var values) || values.Count != 1) return null;
        var nonce = values.ToString();
        if (nonce.Length is 0 or > LongestNonce || !nonce.All(IsNonceCharacter)) return null;
        _latest.Set(Origin.Of(address), nonce);
        return nonce;
    }

    public void Clear() => _latest.Clear();

    /// <summary>RFC 9449 section 8.1.</summary>
    private static bool IsNonceCharacter(char c) => c is >= '!' and <= '~' and not ('"' or '\\');
}
