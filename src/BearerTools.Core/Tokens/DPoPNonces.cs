using System.Net.Http.Headers;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>The latest nonce of each origin (RFC 9449 section 8.2). Any response may contain one, which the next request uses.</summary>
internal sealed class DPoPNonces
{
    private const string Header = "DPoP-Nonce";

    /// <summary>Longest accepted nonce, in characters. Far more than servers need, because every request has to carry it.</summary>
    private const int LongestNonce = 1024;

    private const int MaxOrigins = 1000;

    private readonly BoundedDictionary<Origin, string> _latest = new(MaxOrigins);

    public string? Of(Uri address) => _latest.TryGetValue(Origin.Of(address), out var nonce) ? nonce : null;

    /// <summary>Stores the nonce of a response, if it contains one.</summary>
    /// <returns>The nonce, or <see langword="null"/>.</returns>
    public string? Take(Uri address, HttpResponseHeaders response)
    {
        if (!response.NonValidated.TryGetValues(Header, out var values) || values.Count != 1) return null;
        var nonce = values.ToString();
        if (nonce.Length is 0 or > LongestNonce || !nonce.All(IsNonceCharacter)) return null;
        _latest.Set(Origin.Of(address), nonce);
        return nonce;
    }

    public void Clear() => _latest.Clear();

    /// <summary>True for the characters that RFC 9449 section 8.1 allows.</summary>
    private static bool IsNonceCharacter(char c) => c is >= '!' and <= '~' and not ('"' or '\\');
}
