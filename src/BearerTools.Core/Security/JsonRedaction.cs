using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BearerTools.Security;

/// <summary>
/// Copies JSON without secrets: values of names such as password, with all that they contain, and secrets in texts. It works token by
/// token, so that the beginning of a long or invalid text can be shown.
/// </summary>
/// <param name="options">What is a secret.</param>
/// <param name="redact">Removes secrets from the text of a string.</param>
internal sealed class JsonRedaction(RedactionOptions options, Func<string, string> redact)
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
            var place = new Place(options);
            while (reader.Read())
            {
                read = (int)reader.BytesConsumed;
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        var name = reader.GetString()!;
                        place.Member(name);
                        writer.WritePropertyName(LiveSecrets.Redact(name));
                        continue;
                    case JsonTokenType.StartObject:
                        place.Enter(isObject: true);
                        writer.WriteStartObject();
                        continue;
                    case JsonTokenType.StartArray:
                        place.Enter(isObject: false);
                        writer.WriteStartArray();
                        continue;
                    case JsonTokenType.EndObject:
                        place.Leave();
                        writer.WriteEndObject();
                        break;
                    case JsonTokenType.EndArray:
                        place.Leave();
                        writer.WriteEndArray();
                        break;
                    case JsonTokenType.String:
                        var text = reader.GetString()!;
                        if (place.MayHaveLabelAfter && HasLabel(reader)) place.IsLabelled();
                        writer.WriteStringValue(place.IsSecret(text) ? Removed(text) : redact(text));
                        break;
                    case JsonTokenType.Number when place.IsSecretNumber:
                    case JsonTokenType.True or JsonTokenType.False when place.IsNamed:
                        writer.WriteStringValue(options.Mark);
                        break;
                    default:
                        writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                        break;
                }

                if (reader.CurrentDepth != 0) continue;
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

    /// <summary>True if a later member of the object names a secret.</summary>
    private bool HasLabel(Utf8JsonReader ahead)
    {
        try
        {
            while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
            {
                var isLabel = SecretNames.IsLabel(ahead.GetString()!);
                if (!ahead.Read()) return false;
                if (isLabel && ahead.TokenType == JsonTokenType.String && options.IncludesLabel(ahead.GetString()!)) return true;
                if (!ahead.TrySkip()) return false;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The copy ends there too.
        }

        return false;
    }

    private string Removed(string value)
    {
        if (value.Length == 0) return value;
        options.Found?.Invoke(value);
        return options.Mark;
    }

    /// <summary>Where the reader is: the names of the objects and arrays around it, as far as they matter.</summary>
    private sealed class Place(RedactionOptions options)
    {
        private readonly Stack<Level> _outer = [];
        private Level _level;
        private string? _name;

        /// <summary>True if even a number is a secret here.</summary>
        public bool IsSecretNumber => IsNamed || (_name is not null && options.IncludesNumber(_name));

        /// <summary>True in a field that the user named, which shows nothing of its value.</summary>
        public bool IsNamed => _level.AllOfIt || (_name is not null && options.IsNamed(_name));

        /// <summary>True once in each object, at a value before whose name may follow: <c>{"value":"…","name":"password"}</c>.</summary>
        public bool MayHaveLabelAfter
        {
            get
            {
                if (!_level.IsObject || _level.IsLabelled || _level.WasSearched) return false;
                if (_name is null || !SecretNames.IsLabelled(_name)) return false;
                _level = _level with { WasSearched = true };
                return true;
            }
        }

        public void IsLabelled() => _level = _level with { IsLabelled = true };

        public void Member(string name) => _name = name;

        public void Enter(bool isObject)
        {
            _outer.Push(_level with { Name = _name, Items = _level.Items + 1 });
            var name = _name;
            var isLabelled = _level.IsLabelled && name is not null && SecretNames.IsLabelled(name);
            _level = new Level
            {
                AllOfIt = _level.AllOfIt || (name is not null && options.IsNamed(name)),
                IsSecret = _level.IsSecret || isLabelled || (name is not null && options.IncludesField(name, string.Empty)),
                IsObject = isObject,
                // Pairs are in an array of arrays: [["Authorization","…"]].
                IsPair = !isObject && !_level.IsObject && _outer.Count > 1,
            };
            // The items of an array have its name.
            if (isObject) _name = null;
        }

        public void Leave()
        {
            _level = _outer.Pop();
            _name = _level.IsObject ? null : _level.Name;
        }

        /// <summary>True if a string here is a secret.</summary>
        public bool IsSecret(string value)
        {
            if (_level.AllOfIt) return true;
            if (_level.IsPair && IsSecretOfPair(value)) return true;
            if (_name is null) return _level.IsSecret;
            var isLabelled = _level.IsLabelled && SecretNames.IsLabelled(_name);
            if (_level.IsObject && SecretNames.IsLabel(_name) && options.IncludesLabel(value))
                _level = _level with { IsLabelled = true };
            return isLabelled || options.IncludesField(_name, value) || (_level.IsSecret && !SecretNames.IsDescription(_name));
        }

        private bool IsSecretOfPair(string value)
        {
            var isSecret = _level is { Items: 1, IsLabelled: true } && value.Length >= LiveSecrets.MinimumLength;
            _level = _level with { Items = _level.Items + 1, IsLabelled = _level.Items == 0 && options.IncludesLabel(value) };
            return isSecret;
        }

        /// <param name="Name">The name that the items of an array have.</param>
        /// <param name="AllOfIt">True in a field that the user named.</param>
        /// <param name="IsSecret">True in a field whose name suggests a secret.</param>
        /// <param name="IsObject">True in an object.</param>
        /// <param name="IsLabelled">True after a member or item that names a secret.</param>
        /// <param name="WasSearched">True if a name after the value was searched for.</param>
        /// <param name="IsPair">True in an array that may be a name and its value.</param>
        /// <param name="Items">Number of texts and arrays so far, in such an array.</param>
        private readonly record struct Level(
            string? Name, bool AllOfIt, bool IsSecret, bool IsObject, bool IsLabelled, bool WasSearched, bool IsPair, int Items);
    }
}
