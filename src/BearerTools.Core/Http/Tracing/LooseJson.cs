using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using BearerTools.Security;

namespace BearerTools.Http.Tracing;

/// <summary>
/// Removes secrets from text that resembles JSON, but is invalid: with single quotes, comments, names without quotes, or a fault in the
/// middle. Everything else stays as it is, so that the fault can be seen.
/// </summary>
/// <param name="options">What is a secret.</param>
/// <param name="redact">Removes secrets from the text of a string.</param>
internal sealed partial class LooseJson(RedactionOptions options, Func<string, string> redact)
{
    /// <summary>Characters that end a word without quotes.</summary>
    private const string Ends = ",:{}[]\"'\r\n";

    /// <summary>In place of the end of a body that broke off: half a secret is not found by its value.</summary>
    private const char BrokenOff = '…';

    public string Redact(string text)
    {
        var output = new StringBuilder(text.Length);
        var levels = new Stack<Level>();
        var level = new Level(null, false);
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            switch (text[at])
            {
                case '{' or '[' when IsSecret(level.Name, string.Empty):
                    at = EndOfValue(text, at);
                    output.Append(options.Mark);
                    break;
                case '{' or '[':
                    levels.Push(level);
                    // The items of an array have its name.
                    level = new Level(text[at++] == '[' ? level.Name : null, false);
                    output.Append(text[start]);
                    break;
                case '}' or ']':
                    if (levels.TryPop(out var outer)) level = outer;
                    output.Append(text[at++]);
                    break;
                case '"' or '\'':
                    at = EndOfString(text, at);
                    if (at == text.Length && !(at - start > 1 && text[at - 1] == text[start]))
                    {
                        output.Append(text[start]).Append(BrokenOff);
                        break;
                    }

                    var hasEnd = at - start > 1 && text[at - 1] == text[start];
                    var content = text[(start + 1)..(hasEnd ? at - 1 : at)];
                    output.Append(text[start]).Append(Shown(content, IsName(text, at), ref level));
                    if (hasEnd) output.Append(text[start]);
                    break;
                case '/' when IsComment(text, at):
                    at = EndOfComment(text, at);
                    output.Append(redact(text[start..at]));
                    break;
                case ',' or ':' or '\r' or '\n' or ' ' or '\t':
                    output.Append(text[at++]);
                    break;
                default:
                    at = EndOfWord(text, at);
                    if (at == text.Length && levels.Count > 0 && at - start >= LiveSecrets.MinimumLength)
                    {
                        output.Append(BrokenOff);
                        break;
                    }

                    output.Append(Shown(text[start..at].TrimEnd(), IsName(text, at), ref level));
                    output.Append(text.AsSpan(start..at)[text[start..at].TrimEnd().Length..]);
                    break;
            }
        }

        return LiveSecrets.Redact(output.ToString());
    }

    private string Shown(string text, bool isName, ref Level level)
    {
        if (isName)
        {
            level = level with { Name = EscapedCharacter().Replace(text, CharacterOf) };
            return redact(text);
        }

        var (name, isLabelled) = (level.Name, level.IsLabelled && level.Name is { } labelled && SecretNames.IsLabelled(labelled));
        if (name is not null && SecretNames.IsLabel(name) && options.IncludesLabel(text)) level = level with { IsLabelled = true };
        if (text.Length == 0 || text is "null" or "true" or "false" || !(isLabelled || IsSecret(name, text))) return redact(text);
        options.Found?.Invoke(text);
        return options.Mark;
    }

    private bool IsSecret(string? name, string value) => name is not null && options.IncludesField(name, value);

    private static bool IsName(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at < text.Length && text[at] == ':';
    }

    private static bool IsComment(string text, int at) => at + 1 < text.Length && text[at + 1] is '/' or '*';

    private static int EndOfComment(string text, int at)
    {
        var isLine = text[at + 1] == '/';
        var end = text.IndexOf(isLine ? "\n" : "*/", at + 2, StringComparison.Ordinal);
        return end < 0 ? text.Length : isLine ? end : end + 2;
    }

    /// <summary>Also ends at a line break after a quote that is not closed.</summary>
    private static int EndOfString(string text, int at)
    {
        var quote = text[at++];
        for (; at < text.Length && text[at] != '\n'; at++)
        {
            if (text[at] == quote) return at + 1;
            if (text[at] == '\\' && at + 1 < text.Length) at++;
        }

        return at;
    }

    private static int EndOfWord(string text, int at)
    {
        while (++at < text.Length && !Ends.Contains(text[at], StringComparison.Ordinal) && !(text[at] == '/' && IsComment(text, at)))
        {
        }

        return at;
    }

    /// <summary>The end of an object or an array, or of the text if its bracket is missing.</summary>
    private static int EndOfValue(string text, int at)
    {
        for (var depth = 0; at < text.Length;)
        {
            if (text[at] is '"' or '\'')
            {
                at = EndOfString(text, at);
                continue;
            }

            if (text[at] is '{' or '[') depth++;
            if (text[at++] is '}' or ']' && --depth == 0) return at;
        }

        return at;
    }

    private static string CharacterOf(Match escape) =>
        ((char)int.Parse(escape.ValueSpan[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString();

    [GeneratedRegex("""\\u[0-9A-Fa-f]{4}""", RegexOptions.CultureInvariant)]
    private static partial Regex EscapedCharacter();

    /// <param name="Name">The name of the value that follows.</param>
    /// <param name="IsLabelled">True after a member that names a secret.</param>
    private readonly record struct Level(string? Name, bool IsLabelled);
}
