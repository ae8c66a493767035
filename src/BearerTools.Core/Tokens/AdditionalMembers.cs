using System.Buffers;
using System.Collections.ObjectModel;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>
/// The members of a token response that this module does not use itself. Secrets among them are not kept in readable form, but held, so
/// that redaction knows them.
/// </summary>
internal sealed class AdditionalMembers
{
    private const int MaxMembers = 200;
    private const int MaxLength = 4000;
    private const int MaxXmlLength = 64 * 1024;

    private readonly List<Secret> _secrets = [];
    private int _count;

    private AdditionalMembers(IReadOnlyDictionary<string, object?> values) => Values = values;

    private AdditionalMembers(JsonElement json, Func<string, bool> isOmitted, Func<string, bool> isSecret) =>
        Values = new ReadOnlyDictionary<string, object?>(Members(json, isOmitted, isSecret));

    public static AdditionalMembers None { get; } = new(ReadOnlyDictionary<string, object?>.Empty);

    public IReadOnlyDictionary<string, object?> Values { get; }

    /// <summary>The response if it is XML, without secrets, for paths that only XML has; otherwise <see langword="null"/>.</summary>
    public string? Xml { get; private init; }

    /// <param name="json">The response.</param>
    /// <param name="isOmitted">True for the names at the top that have properties of their own.</param>
    /// <param name="isSecret">True for names whose values are secrets.</param>
    /// <param name="xml">The response if it is XML, without secrets.</param>
    public static AdditionalMembers Read(
        JsonElement json, Func<string, bool> isOmitted, Func<string, bool> isSecret, string? xml = null) =>
        json.ValueKind != JsonValueKind.Object ? None
        : new AdditionalMembers(json, isOmitted, isSecret) { Xml = xml?.Length <= MaxXmlLength ? xml : null };

    /// <summary>Writes the values as an object of JSON.</summary>
    public void WriteTo(Utf8JsonWriter writer) => Write(writer, Values);

    /// <summary>The values as JSON, for paths.</summary>
    public JsonElement ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) WriteTo(writer);
        return ServerJson.Parse(buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case IReadOnlyDictionary<string, object?> members:
                writer.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }

                writer.WriteEndObject();
                break;
            case object?[] items:
                writer.WriteStartArray();
                foreach (var item in items) Write(writer, item);
                writer.WriteEndArray();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case long whole:
                writer.WriteNumberValue(whole);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private Dictionary<string, object?> Members(JsonElement json, Func<string, bool> isOmitted, Func<string, bool> isSecret)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject().Where(member => !isOmitted(member.Name)))
        {
            if (++_count > MaxMembers) break;
            members[ServerText.Clean(member.Name, 100)] = Value(member.Value, isSecret(member.Name), isSecret);
        }

        return members;
    }

    private object? Value(JsonElement json, bool isHidden, Func<string, bool> isSecret)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                return new ReadOnlyDictionary<string, object?>(Members(json, _ => false, name => isHidden || isSecret(name)));
            case JsonValueKind.Array:
                return json.EnumerateArray().Take(MaxMembers).Select(item => Value(item, isHidden, isSecret)).ToArray();
            case JsonValueKind.Null:
                return null;
            case var kind when isHidden:
                if (kind == JsonValueKind.String) _secrets.Add(new Secret(json.GetString()!));
                return LiveSecrets.Mark;
            case JsonValueKind.String:
                return ServerText.Clean(json.GetString()!, MaxLength);
            case JsonValueKind.Number:
                return json.TryGetInt64(out var whole) ? (object)whole : json.GetDouble();
            default:
                return json.ValueKind == JsonValueKind.True;
        }
    }
}
