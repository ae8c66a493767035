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
    private readonly IReadOnlyList<string> _names;
    private readonly TextRedaction _text;

    /// <summary>
    /// Values that were removed by their names. As secrets, they are removed from other texts too, such as an echo of them.
    /// </summary>
    private readonly Dictionary<string, Secret> _removed = new(StringComparer.Ordinal);

    /// <param name="names">Further names of fields, parameters and headers. Case is ignored.</param>
    public Redaction(IReadOnlyList<string> names)
    {
        _names = names;
        _text = new TextRedaction(Includes, Remember);
    }

    /// <summary>The names that the user added.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>A text that is not parsed.</summary>
    public string Redact(string text) => _text.Redact(LiveSecrets.Redact(text));

    /// <summary>Bytes that are no text: only values that the process knows are found in them.</summary>
    public static byte[] Redact(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var redacted = LiveSecrets.Redact(text);
        return ReferenceEquals(redacted, text) ? bytes : Encoding.Latin1.GetBytes(redacted);
    }

    public JsonElement Redact(JsonElement json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) Write(writer, json);
        return ServerJson.Parse(stream.ToArray());
    }

    /// <summary>Path and query.</summary>
    public string Redact(Uri address) => RedactAddress(address.PathAndQuery);

    /// <param name="address">Path and query.</param>
    public string RedactAddress(string address) => address.Split('?', 2) is [var path, { Length: > 0 } query]
        ? $"{Redact(path)}?{RedactPairs(query)}" : Redact(address.TrimEnd('?'));

    public KeyValuePair<string, string> Redact(KeyValuePair<string, string> header) => new(
        header.Key,
        (MockCall.IsBlanked(header.Key) && !RecordedSecretNames.IsCursor(header.Key)) || Includes(header.Key, header.Value)
            ? LiveSecrets.Mark : Redact(header.Value));

    /// <summary>A body that is no JSON object or array, such as a form.</summary>
    public string RedactBody(string text) =>
        text.Contains('=', StringComparison.Ordinal) && !text.AsSpan().ContainsAny(" \r\n<{") ? RedactPairs(text) : Redact(text);

    private string RedactPairs(string pairs) => string.Join('&', pairs.Split('&').Select(pair =>
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || !Includes(Decoded(pair[..equals]), pair[(equals + 1)..])) return Redact(pair);
        Remember(Decoded(pair[(equals + 1)..]));
        return $"{pair[..equals]}={LiveSecrets.Mark}";
    }));

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <param name="writer">Writes the copy.</param>
    /// <param name="json">The value.</param>
    /// <param name="name">The name of the field that it is in, or <see langword="null"/>.</param>
    /// <param name="isSecret">True if it is in a field that the user named.</param>
    private void Write(Utf8JsonWriter writer, JsonElement json, string? name = null, bool isSecret = false)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in json.EnumerateObject())
                {
                    writer.WritePropertyName(LiveSecrets.Redact(member.Name));
                    Write(writer, member.Value, member.Name, isSecret || IsNamed(member.Name));
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray()) Write(writer, item, name, isSecret);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Null:
                writer.WriteNullValue();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Text(json.GetString()!, name, isSecret));
                break;
            default:
                if (isSecret) writer.WriteStringValue(LiveSecrets.Mark);
                else writer.WriteRawValue(json.GetRawText());
                break;
        }
    }

    private string Text(string value, string? name, bool isSecret)
    {
        if (isSecret) return LiveSecrets.Mark;
        if (name is null || !RecordedSecretNames.Include(name, value)) return Redact(value);
        Remember(value);
        return LiveSecrets.Mark;
    }

    private void Remember(string value)
    {
        lock (_removed)
        {
            // A HAR file of Export-BearerTrace has the mark of the trace.
            if (value is not (LiveSecrets.Mark or TokenShape.Mark)
                && value.Length >= LiveSecrets.MinimumLength && !_removed.ContainsKey(value))
                _removed[value] = new Secret(value);
        }
    }

    private bool Includes(string name, string value) => IsNamed(name) || RecordedSecretNames.Include(name, value);

    private bool IsNamed(string name) => _names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
