using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>
/// Removes secrets from a recording as it is written: values that the process knows as secrets, values of fields, parameters and headers
/// whose names suggest one, and those that the user names.
/// </summary>
/// <param name="names">Further names of fields, parameters and headers. Case is ignored.</param>
internal sealed class Redaction(IReadOnlyList<string> names)
{
    /// <summary>Words in the names of cursors, which have to stay: a replay needs them for the next page.</summary>
    private static readonly string[] s_cursors = ["page", "next", "continuation", "skip", "cursor", "sync", "delta"];

    /// <summary>
    /// Values that were removed by their names. As secrets, they are removed from other texts too, such as an echo of them.
    /// </summary>
    private readonly Dictionary<string, Secret> _removed = new(StringComparer.Ordinal);

    /// <summary>The names that the user added.</summary>
    public IReadOnlyList<string> Names => names;

    public JsonElement Redact(JsonElement json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) Write(writer, json);
        return ServerJson.Parse(stream.ToArray());
    }

    /// <summary>Path and query.</summary>
    public string Redact(Uri address)
    {
        var path = LiveSecrets.Redact(address.AbsolutePath);
        return address.Query.Length > 1 ? $"{path}?{RedactPairs(address.Query[1..])}" : path;
    }

    public KeyValuePair<string, string> Redact(KeyValuePair<string, string> header) =>
        new(header.Key, MockCall.IsBlanked(header.Key) || IsNamed(header.Key) ? LiveSecrets.Mark : LiveSecrets.Redact(header.Value));

    /// <summary>A body that is no JSON object or array, such as a form.</summary>
    public string RedactBody(string text) =>
        text.Contains('=', StringComparison.Ordinal) && !text.AsSpan().ContainsAny(" \r\n<{") ? RedactPairs(text)
            : LiveSecrets.Redact(text);

    private string RedactPairs(string pairs) => string.Join('&', pairs.Split('&').Select(pair =>
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && Includes(Uri.UnescapeDataString(pair[..equals])) ? $"{pair[..equals]}={LiveSecrets.Mark}"
            : LiveSecrets.Redact(pair);
    }));

    private void Write(Utf8JsonWriter writer, JsonElement json, bool isSecret = false)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in json.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    var isText = member.Value.ValueKind == JsonValueKind.String;
                    if (isText && !IsNamed(member.Name) && Includes(member.Name)) Remember(member.Value.GetString()!);
                    Write(writer, member.Value, IsNamed(member.Name) || (isText && Includes(member.Name)));
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray()) Write(writer, item, isSecret);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Null:
                writer.WriteNullValue();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(isSecret ? LiveSecrets.Mark : LiveSecrets.Redact(json.GetString()!));
                break;
            default:
                if (isSecret) writer.WriteStringValue(LiveSecrets.Mark);
                else writer.WriteRawValue(json.GetRawText());
                break;
        }
    }

    private void Remember(string value)
    {
        lock (_removed)
        {
            if (value != LiveSecrets.Mark && !_removed.ContainsKey(value)) _removed[value] = new Secret(value);
        }
    }

    private bool Includes(string name) => IsNamed(name)
        || (SecretNames.Include(name) && !s_cursors.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private bool IsNamed(string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
