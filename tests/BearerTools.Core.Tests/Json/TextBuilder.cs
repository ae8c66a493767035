using System.Globalization;
using System.Text;
using BearerTools.Json;

namespace BearerTools.Tests.Json;

/// <summary>Builds canonical text, so that a test can compare rows as strings. Objects whose names clash in case are in angle brackets.</summary>
internal sealed class TextBuilder : IJsonBuilder<string>
{
    public string Null() => "null";

    public string Boolean(bool value) => value ? "true" : "false";

    public string String(ReadOnlySpan<byte> text, bool escaped) => Quote(JsonText.Decode(text, escaped));

    public string Number(ReadOnlySpan<byte> text) => Encoding.ASCII.GetString(text);

    public string Array(ReadOnlySpan<string> items) => $"[{string.Join(',', items.ToArray())}]";

    public string Object(ReadOnlySpan<JsonName> names, ReadOnlySpan<string> values, bool clash)
    {
        var text = new StringBuilder();
        for (var i = 0; i < names.Length; i++)
            text.Append(i == 0 ? "" : ",").Append(Quote(names[i].Text)).Append(':').Append(values[i]);
        return clash ? $"<{text}>" : $"{{{text}}}";
    }

    private static string Quote(string text) =>
        $"\"{string.Concat(text.Select(c => c is < ' ' or > '~' or '"' or '\\' ? $"\\u{((int)c).ToString("x4", CultureInfo.InvariantCulture)}" : c.ToString()))}\"";
}
