using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>A body in a recording: JSON, text or bytes, whichever is the most readable.</summary>
/// <param name="Json">The value, if it is JSON.</param>
/// <param name="Text">The text, if it is text.</param>
/// <param name="Bytes">The bytes, if it is neither.</param>
internal sealed record RecordedBody(JsonElement? Json, string? Text, byte[]? Bytes)
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes. JSON has no spaces, as most servers send it: how it was indented is not recorded.</summary>
    public byte[] Content => Json is { } json ? Compact(json) : Text is not null ? Encoding.UTF8.GetBytes(Text) : Bytes ?? [];

    /// <param name="content">The bytes of a body.</param>
    /// <param name="redaction">Removes secrets.</param>
    /// <param name="format">What its header says, or <see langword="null"/> for one that is recorded already.</param>
    /// <returns><see langword="null"/> if there are none.</returns>
    public static RecordedBody? Of(byte[]? content, Redaction redaction, BodyFormat? format = null)
    {
        if (content is null || content.Length == 0) return null;
        format ??= BodyFormat.Unknown;
        content = format.Decode(content) is { } decoded ? Encoding.UTF8.GetBytes(decoded) : format.Fixed(content);
        if (ServerJson.TryParse(content) is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } json)
            return new RecordedBody(redaction.Redact(json), null, null);
        try
        {
            return new RecordedBody(null, redaction.Redact(s_strict.GetString(content)), null);
        }
        catch (DecoderFallbackException)
        {
            return new RecordedBody(null, null, Redaction.Redact(content));
        }
    }

    /// <summary>A clause for each difference from what was recorded.</summary>
    public static IEnumerable<string> Differences(RecordedBody? recorded, RecordedBody? actual)
    {
        if (recorded is null) return actual is null ? [] : ["there is a body, and none was recorded"];
        if (actual is null) return ["there is no body, and one was recorded"];
        if (recorded.Json is { } json && actual.Json is { } other) return JsonDifference.Of(json, other, isExact: true);
        return recorded.Content.AsSpan().SequenceEqual(actual.Content) || Parts(recorded.Content).SequenceEqual(Parts(actual.Content))
            ? [] : ["the text of the body is another"];
    }

    /// <summary>The parts of a form in an order that does not depend on that of a hashtable; else the body.</summary>
    private static string[] Parts(byte[] content)
    {
        const string Delimiter = "--" + BodyFormat.Boundary;
        var text = Encoding.Latin1.GetString(content);
        if (text.StartsWith(Delimiter, StringComparison.Ordinal)) return [.. text.Split(Delimiter).Order(StringComparer.Ordinal)];
        return TextRedaction.IsPairs(text)
            ? [.. MockQuery.Ordered(text).Select(pair => $"{pair.Key}={pair.Value}")] : [text];
    }

    private static byte[] Compact(JsonElement json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            json.WriteTo(writer);
        return stream.ToArray();
    }
}
