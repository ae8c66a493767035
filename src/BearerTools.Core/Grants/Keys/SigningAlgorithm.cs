using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>Selects the algorithm that signs assertions (RFC 7518 section 3.1).</summary>
internal static class SigningAlgorithm
{
    public const string RS256 = "RS256";
    public const string PS256 = "PS256";
    public const string ES256 = "ES256";

    private static readonly string[] s_bestFirst = [PS256, ES256, RS256];

    /// <exception cref="BearerTokenException">The algorithm is unknown, or does not fit the key.</exception>
    public static void Check(string? requested, ClientKey key)
    {
        if (requested is null) return;
        if (!s_bestFirst.Contains(requested, StringComparer.Ordinal))
            throw Wrong($"'{ServerText.Clean(requested, 60)}' is not a known signing algorithm.",
                $"Use one of {string.Join(", ", s_bestFirst)}, or omit the parameter to let the key and the authority's metadata decide.");
        if (!key.Makes(requested))
            throw Wrong($"An {(key.IsRsa ? "RSA" : "EC")} key cannot sign with {requested}.",
                key.IsRsa ? $"Use {PS256} or {RS256}, or an EC key." : $"Use {ES256}, or an RSA key.");
    }

    /// <summary>
    /// Returns the requested algorithm or the one that the key is bound to; otherwise the best that the authority supports,
    /// or RS256, which all support, if its metadata lists none.
    /// </summary>
    /// <exception cref="BearerTokenException">The authority supports no algorithm that fits the key.</exception>
    public static string Choose(ClientKey key, string? requested, IReadOnlyList<string>? supported)
    {
        if ((requested ?? key.Algorithm) is { } fixedOne)
        {
            Check(fixedOne, key);
            return fixedOne;
        }

        var possible = s_bestFirst.Where(key.Makes);
        if (supported is null) return possible.Last();
        return possible.FirstOrDefault(supported.Contains)
            ?? throw Wrong($"The authority accepts no signature of this {(key.IsRsa ? "RSA" : "EC")} key: its metadata lists only "
                + $"{ServerText.Clean(string.Join(", ", supported))}.",
                "Use another key, or choose the algorithm with -SigningAlgorithm if the authority does accept it.");
    }

    private static BearerTokenException Wrong(string message, string nextStep) =>
        new(message) { ErrorId = "InvalidSigningAlgorithm", Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };
}
