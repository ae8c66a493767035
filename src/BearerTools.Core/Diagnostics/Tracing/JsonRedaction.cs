using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Diagnostics.Tracing;

/// <summary>
/// Copies JSON without secrets: values of names such as password, with all that they contain, and secrets of this process. It works token
/// by token, so that the beginning of a long or invalid text can be shown.
/// </summary>
/// <param name="redact">Removes secrets from text that is no JSON.</param>
internal sealed class JsonRedaction(Func<string, string> redact)
{
    private const int MaxDepth = 256;

    private static readonly JsonWriterOptions s_options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <param name="json">The text, or its beginning.</param>
    /// <param name="isCut">True if it is the beginning.</param>
    /// <returns>
    /// The text as far as it is valid, each document on its line, and whether that is all of it; <see langword="null"/> if it is no JSON.
    /// </returns>
    public (string Text, bool IsWhole)? Copy(ReadOnlySpan<byte> json, bool isCut)
    {
        var output = new ArrayBufferWriter<byte>();
        var isWhole = !isCut;
        for (var isFirst = true; !(json = json.TrimStart(" \t\r\n"u8)).IsEmpty; isFirst = false)
        {
            if (!isFirst) output.Write("\n"u8);
            var read = Document(json, isCut, output, out var isComplete);
            if (read == 0) return isFirst ? null : (Encoding.UTF8.GetString(output.WrittenSpan), false);
            json = json[read..];
            if (isComplete) continue;
            isWhole = false;
            break;
        }

        return (Encoding.UTF8.GetString(output.WrittenSpan), isWhole);
    }

    private int Document(ReadOnlySpan<byte> json, bool isCut, ArrayBufferWriter<byte> output, out bool isComplete)
    {
        var reader = new Utf8JsonReader(json, !isCut, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
        using var writer = new Utf8JsonWriter(output, s_options);
        isComplete = false;
        var read = 0;
        try
        {
            var (isSecret, secretDepth) = (false, -1);
            while (reader.Read())
            {
                read = (int)reader.BytesConsumed;
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        var name = reader.GetString()!;
                        isSecret = TracedNames.AreSecret(name);
                        writer.WritePropertyName(LiveSecrets.Redact(name));
                        continue;
                    case JsonTokenType.StartObject:
                        if (isSecret && secretDepth < 0) secretDepth = reader.CurrentDepth;
                        writer.WriteStartObject();
                        break;
                    case JsonTokenType.StartArray:
                        if (isSecret && secretDepth < 0) secretDepth = reader.CurrentDepth;
                        writer.WriteStartArray();
                        break;
                    case JsonTokenType.EndObject:
                        if (reader.CurrentDepth == secretDepth) secretDepth = -1;
                        writer.WriteEndObject();
                        break;
                    case JsonTokenType.EndArray:
                        if (reader.CurrentDepth == secretDepth) secretDepth = -1;
                        writer.WriteEndArray();
                        break;
                    default:
                        Scalar(ref reader, writer, isSecret || secretDepth >= 0);
                        break;
                }

                isSecret = false;
                if (reader.CurrentDepth != 0 || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) continue;
                isComplete = true;
                return read;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Invalid from here, or a string with half a surrogate pair: what was copied is all that is shown.
        }

        return read;
    }

    private void Scalar(ref Utf8JsonReader reader, Utf8JsonWriter writer, bool isSecret)
    {
        if (reader.TokenType is JsonTokenType.String) writer.WriteStringValue(isSecret ? TokenShape.Mark : Shown(reader.GetString()!));
        else if (isSecret && reader.TokenType is JsonTokenType.Number) writer.WriteStringValue(TokenShape.Mark);
        else writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
    }

    private string Shown(string text) =>
        text.StartsWith("http", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(text, UriKind.Absolute, out var address)
            ? TracedAddress.Of(address)
            : redact(text);
}
