using System.Collections.Specialized;
using System.Globalization;
using System.Text;
using System.Text.Json;
using BearerTools.Json;

namespace BearerTools.Profiles.Saved;

/// <summary>Reads a profile of a file, and validates its fields.</summary>
/// <param name="file">The file.</param>
/// <param name="fields">The fields that a profile may have.</param>
internal sealed class SavedProfileReader(ProfileFile file, IReadOnlyList<ProfileField> fields)
{
    private const int MaxSuggestions = 3;

    /// <exception cref="BearerTokenException">A field is unknown, or its value is not valid.</exception>
    public SavedProfile Read(JsonFileMember profile)
    {
        if (profile.Value.Kind != JsonValueKind.Object)
            throw Error(profile.Start, $"The profile '{profile.Name}' is not an object.", "Write its fields in braces: { }.");
        SavedValue[] values = [.. file.Distinct(profile.Value).Select(Value)];
        var definition = Encoding.UTF8.GetString(file.Text[profile.Value.Start..profile.Value.End]);
        return new SavedProfile(profile.Name, file, profile.Start, definition, values);
    }

    private SavedValue Value(JsonFileMember member)
    {
        var field = fields.FirstOrDefault(known => known.Name.Equals(member.Name, StringComparison.OrdinalIgnoreCase))
            ?? throw Unknown(member);
        object value = field.Kind switch
        {
            ProfileFieldKind.Text => Text(field, member.Value),
            ProfileFieldKind.Number => Number(field, member.Value),
            ProfileFieldKind.Switch => Switch(field, member.Value),
            ProfileFieldKind.TextList => List(member.Value, item => Text(field, item)),
            ProfileFieldKind.NumberList => List(member.Value, item => Number(field, item)),
            ProfileFieldKind.Map => Map(field, member.Value),
            _ => Body(field, member.Value),
        };
        CheckPlace(field, value, member.Value.Start);
        return new SavedValue(field, value, member.Start);
    }

    private string Text(ProfileField field, JsonFileNode node)
    {
        if (node.Kind != JsonValueKind.String) throw Wrong(field, node, "a text");
        if (node.Text.Any(char.IsControl))
        {
            throw Error(
                node.Start, $"The value of '{field.Name}' contains a control character.",
                "Remove it; in JSON it may be written as \\n or \\u00NN.");
        }

        if (PlainSecret.Of(node.Text) is { } secret)
        {
            throw Error(
                node.Start, $"The value of '{field.Name}' contains {secret}.",
                "Remove it: this file holds secrets only as references, such as \"SecretFrom\": \"env:NAME\".");
        }

        return node.Text;
    }

    private long Number(ProfileField field, JsonFileNode node) =>
        node.Kind == JsonValueKind.Number && TryWhole(node.Text, out var number)
            ? number
            : throw Wrong(field, node, "a whole number");

    private bool Switch(ProfileField field, JsonFileNode node) => node.Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(field, node, "true or false"),
    };

    private static object[] List(JsonFileNode node, Func<JsonFileNode, object> item) =>
        node.Kind == JsonValueKind.Array ? [.. node.Items.Select(item)] : [item(node)];

    private OrderedDictionary Map(ProfileField field, JsonFileNode node)
    {
        if (node.Kind != JsonValueKind.Object) throw Wrong(field, node, "an object of names and values");
        var map = new OrderedDictionary();
        foreach (var member in file.Distinct(node))
        {
            CheckName(field, member);
            map.Add(member.Name, member.Value.Kind == JsonValueKind.Array
                ? member.Value.Items.Select(item => Scalar(field, item)).ToArray()
                : Scalar(field, member.Value));
        }

        return map;
    }

    private object Body(ProfileField field, JsonFileNode node)
    {
        if (node.Kind != JsonValueKind.Object) throw Wrong(field, node, "an object");
        return Nested(field, node)!;
    }

    private object? Nested(ProfileField field, JsonFileNode node)
    {
        switch (node.Kind)
        {
            case JsonValueKind.Object:
                var map = new OrderedDictionary();
                foreach (var member in node.Members)
                {
                    if (map.Contains(member.Name))
                        throw Error(member.Start, $"'{ProfileFile.Shown(member.Name)}' occurs twice.", "Remove one.");
                    CheckName(field, member);
                    map.Add(member.Name, Nested(field, member.Value));
                }

                return map;
            case JsonValueKind.Array:
                return node.Items.Select(item => Nested(field, item)).ToArray();
            case JsonValueKind.Null:
                return null;
            default:
                return Scalar(field, node);
        }
    }

    private object Scalar(ProfileField field, JsonFileNode node) => node.Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when TryWhole(node.Text, out var whole) => whole,
        JsonValueKind.Number when decimal.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        JsonValueKind.String => Text(field, node),
        _ => throw Wrong(field, node, "texts, numbers, true and false"),
    };

    private static bool TryWhole(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private void CheckName(ProfileField field, JsonFileMember member)
    {
        if (member.Name.Length == 0 || member.Name.Any(char.IsControl))
            throw Error(member.Start, $"A name in '{field.Name}' is empty or contains a control character.", "Correct the name.");
        var values = member.Value.Kind == JsonValueKind.Array ? member.Value.Items : [member.Value];
        if (!values.Append<JsonFileNode?>(null).Any(value => PlainSecret.IsIn(field.Name, member.Name, ValueText(value)))) return;
        throw Error(
            member.Start, $"'{ProfileFile.Shown(member.Name)}' in '{field.Name}' is the name of a secret, and this file holds none.",
            PlainSecret.NextStep);
    }

    private static string ValueText(JsonFileNode? value) =>
        value?.Kind is JsonValueKind.String or JsonValueKind.Number ? value.Text : string.Empty;

    private void CheckPlace(ProfileField field, object value, int start)
    {
        if (field.Place == ProfilePlace.None || ProfilePath.IsUsable(field.Place, (string)value)) return;
        throw Error(
            start, $"The path in '{field.Name}' is relative.", "Use an absolute path, or one that begins with ~/ for the home folder.");
    }

    private BearerTokenException Unknown(JsonFileMember member)
    {
        var alias = fields.FirstOrDefault(known => known.Aliases.Contains(member.Name, StringComparer.OrdinalIgnoreCase));
        string[] near = alias is null
            ? [.. NearestNames.Of(member.Name, fields.Select(known => known.Name)).Take(MaxSuggestions)]
            : [alias.Name];
        return Error(
            member.Start,
            $"'{ProfileFile.Shown(member.Name)}' is not a field of a saved profile.",
            near.Length > 0
                ? $"Did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}?"
                : "The fields are the parameters of Set-BearerProfile, except those that take a secret or an object.");
    }

    private BearerTokenException Wrong(ProfileField field, JsonFileNode node, string expected) => Error(
        node.Start, $"'{field.Name}' takes {expected}, not {Kind(node)}.", "Correct the value.");

    private static string Kind(JsonFileNode node) => node.Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "this number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private BearerTokenException Error(int start, string message, string nextStep) => file.Error(start, message, nextStep);
}
