using System.Globalization;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>One value of a recorded response, or the size of a list or object in it.</summary>
/// <param name="Steps">The names and positions that lead to it in the entry; for text, the name and the number of the line.</param>
/// <param name="Value">The value as JSON, or the size.</param>
/// <param name="IsSize">True if the value is the size of a list, an object or a text with several lines.</param>
internal sealed record ResponseField(IReadOnlyList<object> Steps, string Value, bool IsSize = false)
{
    private const int LongestShown = 100;
    private const string TextName = "responseText";

    /// <summary>
    /// Where it is in the entry, such as <c>responseJson.items[0].name</c>. Names that are no words are written in brackets.
    /// </summary>
    public string Path => Steps is [TextName, int line] ? Invariant($"{TextName}, line {line + 1}")
        : string.Concat(Steps.Select((step, at) => step switch
        {
            int index => Invariant($"[{index}]"),
            string { Length: > 0 } name when name.All(IsOfWord) => at == 0 ? name : $".{name}",
            _ => $"[\"{ServerText.Clean((string)step, LongestShown)}\"]",
        }));

    /// <summary>Identifies the path.</summary>
    public string Key => KeyOf(Steps);

    /// <summary>The key of what the field is in.</summary>
    public string Parent => KeyOf(Steps.Take(Steps.Count - 1));

    /// <summary>The value for an error: short, and without characters that could manipulate a terminal.</summary>
    public string Shown => ServerText.Clean(Value, LongestShown);

    /// <summary>Compares the paths: each field is after the one that it is in.</summary>
    public static int Compare(ResponseField one, ResponseField other)
    {
        for (var i = 0; i < Math.Min(one.Steps.Count, other.Steps.Count); i++)
        {
            var difference = (one.Steps[i], other.Steps[i]) switch
            {
                (int left, int right) => left.CompareTo(right),
                (string left, string right) => string.CompareOrdinal(left, right),
                (int, _) => -1,
                _ => 1,
            };
            if (difference != 0) return difference;
        }

        return one.Steps.Count.CompareTo(other.Steps.Count);
    }

    /// <summary>The fields of the response of an entry in the order of their paths, each list or object before its content.</summary>
    public static IEnumerable<ResponseField> Of(RecordedEntry entry)
    {
        if (entry.Fault != MockFault.None)
        {
            yield return Text([RecordingReader.FaultName], entry.Fault.ToString());
            yield break;
        }

        if (entry.IsCut) yield return new([RecordingReader.CutName], "true");
        var headers = entry.Headers.ToLookup(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase);
        yield return Size([RecordingReader.HeadersName], headers.Count, "fields");
        foreach (var header in headers.OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            string[] values = [.. header];
            if (values.Length > 1) yield return Size([RecordingReader.HeadersName, header.Key], values.Length, "items");
            for (var i = 0; i < values.Length; i++)
            {
                yield return Text(
                    values.Length == 1 ? [RecordingReader.HeadersName, header.Key] : [RecordingReader.HeadersName, header.Key, i],
                    values[i]);
            }
        }

        foreach (var field in Of(entry.Body)) yield return field;
        yield return new([RecordingReader.StatusName], entry.Status.ToString(CultureInfo.InvariantCulture));
    }

    private static IEnumerable<ResponseField> Of(RecordedBody? body)
    {
        if (body is null) return [];
        if (body.Json is { } json) return Of(["responseJson"], json);
        if (body.Text is not { } text) return [Text(["responseBase64"], Convert.ToBase64String(body.Bytes ?? []))];
        var lines = text.Split('\n');
        return lines.Length == 1
            ? [Text([TextName], text)]
            : lines.Select((line, index) => Text([TextName, index], line)).Prepend(Size([TextName], lines.Length, "lines"));
    }

    private static IEnumerable<ResponseField> Of(object[] steps, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                yield return Size(steps, value.EnumerateObject().Count(), "fields");
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                    foreach (var field in Of([.. steps, member.Name], member.Value)) yield return field;
                break;
            case JsonValueKind.Array:
                yield return Size(steps, value.GetArrayLength(), "items");
                var index = 0;
                foreach (var item in value.EnumerateArray())
                    foreach (var field in Of([.. steps, index++], item)) yield return field;
                break;
            case JsonValueKind.String:
                yield return Text(steps, value.GetString()!);
                break;
            default:
                yield return new(steps, value.GetRawText());
                break;
        }
    }

    private static ResponseField Text(object[] steps, string value) => new(steps, $"\"{value}\"");

    private static ResponseField Size(object[] steps, int size, string what) =>
        new(steps, Invariant($"{size} {(size == 1 ? what.TrimEnd('s') : what)}"), IsSize: true);

    private static string KeyOf(IEnumerable<object> steps) =>
        string.Concat(steps.Select(step => Invariant($"{(step is int ? '#' : '.')}{step}\0")));

    private static bool IsOfWord(char letter) => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '$' or '@';

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
