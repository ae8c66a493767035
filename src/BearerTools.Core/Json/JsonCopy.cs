using System.Buffers;
using System.Text;
using System.Text.Json;

namespace BearerTools.Json;

/// <summary>Copies an object or array from a document, token by token and as it is written, without white space.</summary>
internal sealed class JsonCopy
{
    /// <summary>Longest copy in bytes. What an API wants back in a request is short.</summary>
    public const int Longest = 1 << 20;

    private readonly ArrayBufferWriter<byte> _json = new();
    private int _open;
    private bool _needsComma;

    public void Begin()
    {
        _json.ResetWrittenCount();
        (_open, _needsComma) = (0, false);
    }

    /// <summary>Adds the next token.</summary>
    /// <returns>False if the copy is complete, or too long to be completed.</returns>
    public bool Add(ref readonly Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                Separate();
                _open++;
                _json.Write(reader.ValueSpan);
                _needsComma = false;
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _open--;
                _json.Write(reader.ValueSpan);
                _needsComma = true;
                break;
            case JsonTokenType.PropertyName:
                Separate();
                Quote(reader.ValueSpan);
                _json.Write(":"u8);
                _needsComma = false;
                break;
            case JsonTokenType.String:
                Separate();
                Quote(reader.ValueSpan);
                break;
            default:
                Separate();
                _json.Write(reader.ValueSpan);
                break;
        }

        return _open > 0 && _json.WrittenCount <= Longest;
    }

    /// <summary>The JSON; <see langword="null"/> if it is too long.</summary>
    public string? End() => _open > 0 ? null : Encoding.UTF8.GetString(_json.WrittenSpan);

    private void Separate()
    {
        if (_needsComma) _json.Write(","u8);
        _needsComma = true;
    }

    /// <summary>The reader returns the text between the quotes with its escapes.</summary>
    private void Quote(ReadOnlySpan<byte> text)
    {
        _json.Write("\""u8);
        _json.Write(text);
        _json.Write("\""u8);
    }
}
