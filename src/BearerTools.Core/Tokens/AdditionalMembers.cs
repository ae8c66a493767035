using System.Collections.ObjectModel;
using System.Globalization;
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

    private readonly List<Secret> _secrets = [];
    private int _count;

    private AdditionalMembers(IReadOnlyDictionary<string, object?> values) => Values = values;

    private AdditionalMembers(JsonElement json, Func<string, bool> isOmitted, Func<string, bool> isSecret) =>
        Values = new ReadOnlyDictionary<string, object?>(Members(json, isOmitted, isSecret));

    public static AdditionalMembers None { get; } = new(ReadOnlyDictionary<string, object?>.Empty);

    public IReadOnlyDictionary<string, object?> Values { get; }

    /// <param name="json">The response.</param>
    /// <param name="isOmitted">True for the names at the top that have properties of their own.</param>
    /// <param name="isSecret">True for names whose values are secrets.</param>
    public static AdditionalMembers Read(JsonElement json, Func<string, bool> isOmitted, Func<string, bool> isSecret) =>
        json.ValueKind == JsonValueKind.Object ? new AdditionalMembers(json, isOmitted, isSecret) : None;

    /// <summary>
    /// The text at a path such as <c>instance_url</c>, <c>data.api.url</c> or <c>data[0].url</c>, or <see langword="null"/>. The path of an
    /// element of XML is written with slashes: <c>/data/url</c>, or <c>//url</c> for the first one of that name.
    /// </summary>
    public string? Text(string path)
    {
        if (path.StartsWith("//", StringComparison.Ordinal)) return First(Values, path[2..].TrimStart('@'));
        if (path.StartsWith('/')) path = path[1..].Replace("/@", ".", StringComparison.Ordinal).Replace('/', '.');
        object? value = Values;
        path = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", string.Empty, StringComparison.Ordinal);
        foreach (var name in path.Split('.'))
        {
            if (value is object?[] list)
            {
                if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)) return null;
                value = list.ElementAtOrDefault(index < 0 ? list.Length + index : index);
                continue;
            }

            if (value is not IReadOnlyDictionary<string, object?> members) return null;
            value = members.TryGetValue(name, out var exact)
                ? exact
                : members.FirstOrDefault(member => string.Equals(member.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
        }

        return value as string;
    }

    private static string? First(object? value, string name) => value switch
    {
        IReadOnlyDictionary<string, object?> members =>
            members.TryGetValue(name, out var found) && found is string text
                ? text
                : members.Values.Select(inner => First(inner, name)).FirstOrDefault(inner => inner is not null),
        object?[] list => list.Select(inner => First(inner, name)).FirstOrDefault(inner => inner is not null),
        _ => null,
    };

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
