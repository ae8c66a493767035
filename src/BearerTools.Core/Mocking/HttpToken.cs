namespace BearerTools.Mocking;

/// <summary>The characters of methods and header names (RFC 9110 section 5.6.2).</summary>
internal static class HttpToken
{
    public static bool Includes(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal);
}
