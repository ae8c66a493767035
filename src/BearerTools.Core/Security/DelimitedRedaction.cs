using System.Text;

namespace BearerTools.Security;

/// <summary>Removes the values of secret columns from delimited text with a header (RFC 4180).</summary>
internal sealed class DelimitedRedaction(RedactionOptions options)
{
    private const int LongestName = 100;

    /// <summary>Returns the same instance if there is no header, or no secret column.</summary>
    public string Redact(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        if (end <= 0) return text;
        var header = text.AsSpan(0, end).TrimEnd('\r');
        if (header.IndexOfAny(',', ';', '\t') is not (> 0 and var at)) return text;
        var delimiter = header[at];
        string[] names = [.. header.ToString().Split(delimiter).Select(name => name.Trim().Trim('"'))];
        if (!names.All(IsName)) return text;
        return names.Any(name => options.IncludesLabel(name) || SecretNames.DependsOnValue(name))
            ? Rows(text, end + 1, delimiter, names) : text;
    }

    private string Rows(string text, int start, char delimiter, string[] names)
    {
        var output = new StringBuilder(text, 0, start, text.Length);
        var column = 0;
        for (var at = start; at < text.Length; at++)
        {
            var end = EndOfCell(text, at, delimiter);
            var cell = text[at..end];
            var value = cell.Trim().Trim('"');
            var isSecret = column < names.Length && value.Length > 0 && value != options.Mark
                && options.IncludesField(names[column], value);
            if (isSecret) options.Found?.Invoke(value);
            output.Append(isSecret ? options.Mark : cell);
            at = end;
            if (end == text.Length) break;
            output.Append(text[end]);
            // The line feed after a carriage return begins no row of its own.
            if (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n') output.Append(text[++at]);
            column = text[end] == delimiter ? column + 1 : 0;
        }

        return output.ToString();
    }

    private static int EndOfCell(string text, int start, char delimiter)
    {
        var isQuoted = false;
        for (var at = start; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '"') isQuoted = !isQuoted;
            else if (!isQuoted && (c == delimiter || c is '\r' or '\n')) return at;
        }

        return text.Length;
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && text.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ' ');
}
