namespace BearerTools.Grants;

/// <summary>What a token may look like.</summary>
internal static class TokenText
{
    private const string Scheme = "Bearer ";

    /// <summary>A token as people and servers hand it around: with a newline, in quotes, or as a whole header value.</summary>
    public static string Strip(string text)
    {
        text = text.Trim();
        if (text.Length > 1 && text[0] is '"' or '\'' && text[^1] == text[0]) text = text[1..^1].Trim();
        return text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..].Trim() : text;
    }

    /// <summary>Visible ASCII without spaces (RFC 6749 appendix A.12): anything else could end the header it is sent in.</summary>
    public static bool IsSendable(string token) => token.Length > 0 && token.All(c => c is > ' ' and <= '~');
}
