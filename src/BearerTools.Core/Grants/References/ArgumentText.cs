using System.Text;

namespace BearerTools.Grants.References;

/// <summary>
/// Splits a command line into a program and its arguments, without a shell: no variables, wildcards, pipes or redirections. Spaces
/// separate, quotation marks of both kinds group, and within double ones a backslash protects a quotation mark or another backslash.
/// </summary>
internal static class ArgumentText
{
    /// <returns>The parts, or <see langword="null"/> if a quotation mark is not closed.</returns>
    public static string[]? Split(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var isOpen = false;
        char? quote = null;
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (quote is null && char.IsWhiteSpace(letter))
            {
                if (isOpen) parts.Add(part.ToString());
                part.Clear();
                isOpen = false;
                continue;
            }

            isOpen = true;
            if (letter == quote) quote = null;
            else if (quote is null && letter is '"' or '\'') quote = letter;
            else if (quote == '"' && letter == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\') part.Append(text[++i]);
            else part.Append(letter);
        }

        if (isOpen) parts.Add(part.ToString());
        return quote is null ? [.. parts] : null;
    }
}
