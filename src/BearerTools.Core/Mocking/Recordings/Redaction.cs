using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>
/// Removes secrets from a recording as it is written: values that the process knows as secrets, values of fields, parameters and headers
/// whose names suggest one, and those that the user names.
/// </summary>
internal sealed class Redaction
{
    private readonly RedactionOptions _options;
    private readonly TextRedaction _text;
    private readonly JsonRedaction _json;

    /// <summary>
    /// Values that were removed by their names. As secrets, they are removed from other texts too, such as an echo of them.
    /// </summary>
    private readonly Dictionary<string, Secret> _removed = new(StringComparer.Ordinal);

    /// <param name="names">Further names of fields, parameters and headers. Case is ignored.</param>
    public Redaction(IReadOnlyList<string> names)
    {
        _options = new RedactionOptions { Names = names, KeepsCursors = true, Found = Remember };
        _text = new TextRedaction(_options);
        _json = new JsonRedaction(_options, _text.Redact);
    }

    /// <summary>The names that the user added.</summary>
    public IReadOnlyList<string> Names => _options.Names;

    /// <summary>A text that is not parsed.</summary>
    public string Redact(string text) => _text.Redact(text);

    /// <summary>Bytes that are no text: only values that the process knows are found in them.</summary>
    public static byte[] Redact(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var redacted = LiveSecrets.Redact(text);
        return ReferenceEquals(redacted, text) ? bytes : Encoding.Latin1.GetBytes(redacted);
    }

    public JsonElement Redact(JsonElement json) =>
        ServerJson.Parse(_json.Copy(Encoding.UTF8.GetBytes(json.GetRawText()), isCut: false)!.Value.Text);

    /// <summary>Path and query.</summary>
    public string Redact(Uri address) => RedactAddress(address.PathAndQuery);

    /// <param name="address">Path and query.</param>
    public string RedactAddress(string address) => address.Split('?', 2) is [var path, { Length: > 0 } query]
        ? $"{Redact(path)}?{_text.RedactPairs(query)}" : Redact(address.TrimEnd('?'));

    public KeyValuePair<string, string> Redact(KeyValuePair<string, string> header) => new(
        header.Key, _options.IncludesHeader(header.Key, header.Value) ? _options.Mark : Redact(header.Value));

    /// <summary>A body that is no JSON object or array, such as a form.</summary>
    public string RedactBody(string text) => _text.RedactBody(text);

    private void Remember(string value)
    {
        lock (_removed)
        {
            // A HAR file of Export-BearerTrace has the mark of the trace.
            if (value is not (LiveSecrets.Mark or RedactionOptions.TraceMark)
                && value.Length >= LiveSecrets.MinimumLength && !_removed.ContainsKey(value))
                _removed[value] = new Secret(value);
        }
    }
}
