using BearerTools.Json;
using BearerTools.Tests.Json;

namespace BearerTools.Tests.Running;

/// <summary>JSON rows as canonical text, so that they can be told from text that came as text.</summary>
internal sealed class TextRows : IJsonBuilder<object?>
{
    private readonly TextBuilder _text = new();

    public object? Null() => _text.Null();

    public object? Boolean(bool value) => _text.Boolean(value);

    public object? String(ReadOnlySpan<byte> text, bool escaped) => _text.String(text, escaped);

    public object? Number(ReadOnlySpan<byte> text) => _text.Number(text);

    public object? Array(ReadOnlySpan<object?> items) => _text.Array(Texts(items));

    public object? Object(ReadOnlySpan<JsonName> names, ReadOnlySpan<object?> values, bool clash) => _text.Object(names, Texts(values), clash);

    private static string[] Texts(ReadOnlySpan<object?> values) => [.. values.ToArray().Select(value => (string)value!)];
}
