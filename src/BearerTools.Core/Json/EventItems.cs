using System.Text.Json;

namespace BearerTools.Json;

/// <summary>
/// Whether the events of a stream have a value at <see cref="JsonReadOptions.ItemsPath"/>. One without, such as a heartbeat, is passed
/// over: it is an error only if no event has one. What an event reports is the stream's error if no event with a value follows.
/// </summary>
internal sealed class EventItems
{
    private bool _hasItems;
    private bool _isNamed;
    private JsonFormatException? _missing;
    private JsonFormatException? _error;

    /// <summary>The error if the stream ends now; <see langword="null"/> if there is none.</summary>
    public JsonFormatException? Fault => _error ?? (_hasItems ? null : _missing);

    /// <summary>True for the name of an event that reports an error.</summary>
    public static bool IsErrorName(string? name) => string.Equals(name, "error", StringComparison.OrdinalIgnoreCase);

    /// <summary>Notes an event with a value.</summary>
    /// <param name="error">What the event reports besides; <see langword="null"/> if it is no error.</param>
    public void Found(JsonFormatException? error) => (_hasItems, _error) = (true, error);

    /// <summary>
    /// Notes an event without a value. The error is that of the first one with other names: they show what the path should be.
    /// </summary>
    /// <param name="fault">The error if no event has a value.</param>
    /// <param name="isNamed">True if the event has other names.</param>
    /// <param name="error">What the event reports; <see langword="null"/> if it is no error.</param>
    public void Missing(JsonFormatException fault, bool isNamed, JsonFormatException? error)
    {
        _error = error ?? _error;
        if (_missing is not null && (_isNamed || !isNamed)) return;
        (_missing, _isNamed) = (fault, isNamed);
    }

    /// <summary>True for data with a member <c>error</c> that says that there is one.</summary>
    public static bool HasError(ReadOnlySpan<byte> data)
    {
        if (data.IndexOf("\"error\""u8) < 0) return false;
        try
        {
            var reader = new Utf8JsonReader(data);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isError = reader.ValueTextEquals("error"u8);
                if (!reader.Read()) return false;
                if (isError) return !IsNone(reader);
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // It is text.
        }

        return false;
    }

    /// <summary>True for a value that says that there is no error.</summary>
    private static bool IsNone(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null or JsonTokenType.False => true,
        JsonTokenType.String => reader.ValueSpan.IsEmpty,
        JsonTokenType.Number => reader.ValueSpan.SequenceEqual("0"u8),
        _ => false,
    };
}
