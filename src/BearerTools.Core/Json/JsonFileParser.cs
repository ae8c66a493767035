using System.Text;
using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Parses a JSON file that people edit: comments and trailing commas are allowed.</summary>
internal static class JsonFileParser
{
    private const int MaxDepth = 16;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="text">UTF-8 without a byte-order mark.</param>
    /// <param name="maxDepth">Maximum nesting.</param>
    /// <exception cref="JsonFileException">The text is not valid UTF-8 or JSON.</exception>
    public static JsonFileNode Parse(ReadOnlySpan<byte> text, int maxDepth = MaxDepth)
    {
        CheckCharacters(text);
        if (text.Trim(" \t\r\n"u8).IsEmpty) throw new JsonFileException(0, "The file is empty.");
        if (IsOnlyComments(text)) throw new JsonFileException(0, "The file contains only comments.");
        var reader = new Utf8JsonReader(text, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            MaxDepth = maxDepth,
        });
        try
        {
            reader.Read();
            var root = Value(ref reader);
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            throw new JsonFileException(Offset(text, e.LineNumber ?? 0, e.BytePositionInLine ?? 0), Reason(e.Message));
        }
        catch (InvalidOperationException)
        {
            throw new JsonFileException((int)reader.TokenStartIndex, "The text contains an invalid escape sequence.");
        }
    }

    /// <summary>Line and column of an offset, both from 1. Columns count UTF-16 code units, as editors do.</summary>
    public static (int Line, int Column) Position(ReadOnlySpan<byte> text, int offset)
    {
        var before = text[..Math.Clamp(offset, 0, text.Length)];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    /// <summary>The reader's own error quotes a text that ends in the middle.</summary>
    private static bool IsOnlyComments(ReadOnlySpan<byte> text)
    {
        var rest = text.Trim(" \t\r\n"u8);
        while (rest.StartsWith("//"u8) || rest.StartsWith("/*"u8))
        {
            var isLine = rest[1] == '/';
            var end = rest[2..].IndexOf(isLine ? "\n"u8 : "*/"u8);
            if (end < 0) return isLine;
            rest = rest[(end + (isLine ? 3 : 4))..].Trim(" \t\r\n"u8);
        }

        return rest.IsEmpty;
    }

    private static JsonFileNode Value(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<JsonFileMember>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var (name, nameStart) = (reader.GetString()!, (int)reader.TokenStartIndex);
                    reader.Read();
                    members.Add(new(name, nameStart, Value(ref reader)));
                }

                return new() { Kind = JsonValueKind.Object, Start = start, End = (int)reader.BytesConsumed, Members = members };
            case JsonTokenType.StartArray:
                var items = new List<JsonFileNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Value(ref reader));
                return new() { Kind = JsonValueKind.Array, Start = start, End = (int)reader.BytesConsumed, Items = items };
            default:
                return new()
                {
                    Kind = reader.TokenType switch
                    {
                        JsonTokenType.String => JsonValueKind.String,
                        JsonTokenType.Number => JsonValueKind.Number,
                        JsonTokenType.True => JsonValueKind.True,
                        JsonTokenType.False => JsonValueKind.False,
                        _ => JsonValueKind.Null,
                    },
                    Start = start,
                    End = (int)reader.BytesConsumed,
                    Text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan),
                };
        }
    }

    private static void CheckCharacters(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)0) is >= 0 and var zero) throw new JsonFileException(zero, "The file contains a null character.");
        try
        {
            s_strict.GetCharCount(text);
        }
        catch (DecoderFallbackException e)
        {
            throw new JsonFileException(e.Index, "The file is not UTF-8.");
        }
    }

    private static int Offset(ReadOnlySpan<byte> text, long line, long bytesInLine)
    {
        var start = 0;
        for (; line > 0; line--) start += text[start..].IndexOf((byte)'\n') + 1;
        return start + (int)bytesInLine;
    }

    /// <summary>The runtime's reason, without the position that it appends.</summary>
    private static string Reason(string message) =>
        message.IndexOf(" LineNumber:", StringComparison.Ordinal) is > 0 and var end ? message[..end] : message;
}
