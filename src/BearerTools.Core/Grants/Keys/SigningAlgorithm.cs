using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>How assertions are signed (RFC 7518 section 3.1).</summary>
internal static class SigningAlgorithm
{
    public const string RS256 = "RS256";
    public const string PS256 = "PS256";
    public const string ES256 = "ES256";

    private static readonly string[] s_bestFirst = [PS256, ES256, RS256];

    /// <exception cref="BearerTokenException">The key cannot make such signatures, or they are unknown here.</exception>
    public static void Check(string? asked, ClientKey key)
    {
        if (asked is null) return;
        if (!s_bestFirst.Contains(asked, StringComparer.Ordinal))
            throw Wrong($"'{ServerText.Clean(asked, 60)}' is no algorithm for signatures that is known here.", $"Give one of {string.Join(", ", s_bestFirst)}, or none to let the key and the authority's metadata decide.");
        if (!key.Makes(asked))
            throw Wrong($"An {(key.IsRsa ? "RSA" : "EC")} key cannot make signatures of {asked}.", key.IsRsa ? $"Use {PS256} or {RS256}, or an EC key." : $"Use {ES256}, or an RSA key.");
    }

    /// <summary>The one that was asked for or that the key is meant for, else the best that the authority names; RS256, which all have, where it names none.</summary>
    /// <exception cref="BearerTokenException">The authority takes no signature that this key can make.</exception>
    public static string Choose(ClientKey key, string? asked, IReadOnlyList<string>? supported)
    {
        if ((asked ?? key.Algorithm) is { } fixedOne)
        {
            Check(fixedOne, key);
            return fixedOne;
        }

        var possible = s_bestFirst.Where(key.Makes);
        if (supported is null) return possible.Last();
        return possible.FirstOrDefault(supported.Contains)
            ?? throw Wrong($"The authority takes no signature that this {(key.IsRsa ? "RSA" : "EC")} key can make: its metadata names only {ServerText.Clean(string.Join(", ", supported))}.",
                "Use another key, or name the algorithm if the authority does take it.");
    }

    private static BearerTokenException Wrong(string message, string nextStep) =>
        new(message) { ErrorId = "InvalidSigningAlgorithm", Kind = BearerErrorKind.InvalidArgument, NextStep = nextStep };
}
