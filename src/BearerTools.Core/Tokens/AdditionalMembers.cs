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

    /// <summary>The text at a path such as <c>instance_url</c> or <c>data.api.url</c>, or <see langword="null"/>.</summary>
    public string? Text(string path)
    {
        object? value = Values;
        foreach (var name in path.Split('.'))
        {
            if (value is not IReadOnlyDictionary<string, object?> members) return null;
            value = members.TryGetValue(name, out var exact)
                ? exact
                : members.FirstOrDefault(member => string.Equals(member.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
        }

        return value as string;
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
