namespace BearerTools.Grants;

/// <summary>Checks and cleans the text of tokens.</summary>
internal static class TokenText
{
    private const string Scheme = "Bearer ";

    /// <summary>
    /// Returns a token without the surroundings it is often copied with: whitespace, quotes or the prefix <c>Bearer</c>.
    /// </summary>
    public static string Strip(string text)
    {
        text = text.Trim();
        if (text.Length > 1 && text[0] is '"' or '\'' && text[^1] == text[0]) text = text[1..^1].Trim();
        return text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..].Trim() : text;
    }

    /// <summary>
    /// Returns true for visible ASCII without spaces (RFC 6749 appendix A.12): other characters could end the header value.
    /// </summary>
    public static bool IsSendable(string token) => token.Length > 0 && token.All(c => c is > ' ' and <= '~');
}
