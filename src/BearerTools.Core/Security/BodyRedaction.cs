using System.Text;

namespace BearerTools.Security;

/// <summary>
/// Removes secrets from bodies and other texts that are kept, such as those of the trace and of recordings: also from JSON, delimited text
/// and encodings in them.
/// </summary>
internal sealed class BodyRedaction
{
    private const int MaxAttempts = 3;

    private readonly RedactionOptions _options;
    private readonly TextRedaction _text;
    private readonly DelimitedRedaction _delimited;

    public BodyRedaction(RedactionOptions options)
    {
        _options = options;
        _text = new TextRedaction(options, EmbeddedJson);
        _delimited = new DelimitedRedaction(options);
        Json = new JsonRedaction(options, Redact);
    }

    /// <summary>Copies JSON, without secrets in its strings too.</summary>
    public JsonRedaction Json { get; }

    /// <summary>A text that is no JSON object or array, such as a form, a log or a string of JSON.</summary>
    public string Redact(string text) => _text.RedactBody(EmbeddedJson(EncodedSecrets.Redact(_delimited.Redact(text), _options.Mark)));

    /// <summary>A query or a form, without its question mark.</summary>
    public string RedactPairs(string pairs) => _text.RedactPairs(EncodedSecrets.Redact(pairs, _options.Mark));

    /// <summary>JSON that is the whole text, or the end of a line: of an event, a log, or JSON Lines.</summary>
    private string EmbeddedJson(string text)
    {
        if (!text.Contains('"', StringComparison.Ordinal) || !text.AsSpan().ContainsAny('{', '[')) return text;
        if (text.AsSpan().TrimStart() is ['{' or '[', ..] && Copy(text) is { } whole) return whole;
        var lines = text.Split('\n');
        var isChanged = false;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].AsSpan().TrimEnd() is not [.., '}' or ']']) continue;
            var start = lines[i].IndexOfAny(['{', '[']);
            // A line of a log may begin with something else in brackets.
            for (var attempt = 0; start >= 0 && attempt < MaxAttempts; attempt++, start = lines[i].IndexOfAny(['{', '['], start + 1))
            {
                if (Copy(lines[i][start..]) is not { } json) continue;
                isChanged |= json != lines[i][start..];
                lines[i] = lines[i][..start] + json;
                break;
            }
        }

        return isChanged ? string.Join('\n', lines) : text;
    }

    /// <returns>The text as it is if there are no secrets in it; <see langword="null"/> if it is no JSON.</returns>
    private string? Copy(string text)
    {
        if (Json.Copy(Encoding.UTF8.GetBytes(text), isCut: false) is not (var copy, true)) return null;
        return copy.Contains(_options.Mark, StringComparison.Ordinal) ? copy + text[text.AsSpan().TrimEnd().Length..] : text;
    }
}
