using BearerTools.Json;

namespace BearerTools.Tests.Json;

/// <summary>Builds plain .NET values with the rules that the module's own builder uses.</summary>
internal sealed class ValueBuilder : IJsonBuilder<object?>
{
    public JsonDateKind DateKind { get; init; }

    public JsonNumberKind NumberKind { get; init; }

    public object? Null() => null;

    public object? Boolean(bool value) => value;

    public object? String(ReadOnlySpan<byte> text, bool escaped) =>
        JsonDate.Read(text, escaped, DateKind) ?? JsonText.Decode(text, escaped);

    public object? Number(ReadOnlySpan<byte> text) => JsonNumber.Read(text, NumberKind);

    public object? Array(ReadOnlySpan<object?> items) => items.ToArray();

    public object? Object(ReadOnlySpan<JsonName> names, ReadOnlySpan<object?> values, bool clash)
    {
        var built = new Dictionary<string, object?>(clash ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < names.Length; i++) built.Add(names[i].Text, values[i]);
        return built;
    }
}
