using System.Buffers;
using System.Collections;
using System.Security;

namespace BearerTools.Json;

/// <summary>
/// Writes a tree of values as JSON, as <c>ConvertTo-Json -Depth 100 -Compress</c> does, but never truncates, unrolls or wraps: a value that
/// cannot be written completely is an error that names its path.
/// </summary>
internal sealed class JsonBody
{
    private readonly JsonBodyOptions _options;
    private readonly JsonOutput _output;
    private readonly JsonScalar _scalar;
    private readonly List<Place> _places = [];

    private JsonBody(IBufferWriter<byte> writer, JsonBodyOptions options)
    {
        _options = options;
        _output = new JsonOutput(writer);
        _scalar = new JsonScalar(_output);
    }

    /// <exception cref="JsonBodyException">A value cannot be written. The output is then incomplete.</exception>
    public static void Write(IBufferWriter<byte> writer, object? value, JsonBodyOptions? options = null) =>
        new JsonBody(writer, options ?? JsonBodyOptions.Default).Value(value);

    /// <exception cref="JsonBodyException">A value cannot be written.</exception>
    public static ReadOnlyMemory<byte> ToUtf8(object? value, JsonBodyOptions? options = null)
    {
        var writer = new ArrayBufferWriter<byte>();
        Write(writer, value, options);
        return writer.WrittenMemory;
    }

    private void Value(object? wrapped)
    {
        var value = wrapped is null ? null : _options.Source.Unwrap(wrapped);
        if (_scalar.TryWrite(value)) return;
        if (value is SecureString)
        {
            throw Error("the value is a SecureString, which is not sent as plain text",
                "To send it, convert it with ConvertFrom-SecureString -AsPlainText.");
        }

        if (JsonNodes.TextOf(value!) is { } json)
        {
            _output.Raw(json);
            return;
        }

        // Each folder leads to its parent and its root, without an end.
        if (value is FileSystemInfo)
        {
            throw Error(
                $"the value is a {value.GetType().Name}, not the content of the file",
                "Send a property of it, such as FullName. To send the content of a file, use -InFile, or -Form for several fields.");
        }

        if (!_options.Source.IsData(value!))
            throw Error($"a value of type {value!.GetType().Name} cannot be converted", "Put its result into the body instead.");
        if (_places.Count > _options.Depth)
            throw Error(
                $"the value is nested deeper than {_options.Depth} levels",
                "Send only the properties that the server needs, such as with Select-Object.");
        foreach (var place in _places)
        {
            if (ReferenceEquals(place.Container, value))
                throw Error("the value contains itself", "Send only the properties that the server needs, such as with Select-Object.");
        }

        _places.Add(new Place(value!));
        Container(value!, wrapped!);
        _places.RemoveAt(_places.Count - 1);
    }

    private void Container(object value, object wrapped)
    {
        switch (value)
        {
            case IDictionary dictionary:
                Object(Entries(dictionary, wrapped));
                break;
            case IEnumerable<KeyValuePair<string, object?>> pairs:
                Object(pairs);
                break;
            case IEnumerable map when ClrPairs.Of(map) is { } pairs:
                Object(pairs);
                break;
            case IEnumerable items:
                Array(items);
                break;
            default:
                Object(_options.Source.Members(wrapped));
                break;
        }
    }

    private void Object(IEnumerable<KeyValuePair<string, object?>> members)
    {
        var place = _places[^1];
        var separator = "{"u8;
        foreach (var (name, value) in members)
        {
            place.Name = name;
            _output.Raw(separator);
            separator = ","u8;
            _output.String(name);
            _output.Raw(":"u8);
            Value(value);
        }

        _output.Raw(separator[0] == (byte)'{' ? "{}"u8 : "}"u8);
    }

    private void Array(IEnumerable items)
    {
        var place = _places[^1];
        _output.Raw("["u8);
        foreach (var item in items)
        {
            if (++place.Index > 0) _output.Raw(","u8);
            Value(item);
        }

        _output.Raw("]"u8);
    }

    private IEnumerable<KeyValuePair<string, object?>> Entries(IDictionary dictionary, object wrapped)
    {
        foreach (DictionaryEntry entry in dictionary)
        {
            var name = _options.Source.Unwrap(entry.Key) as string
                ?? throw Error($"a key is of type {entry.Key.GetType().Name}", "Make every key of the dictionary a string.");
            yield return new(name, entry.Value);
        }

        foreach (var (name, value) in _options.Source.Added(wrapped))
        {
            if (!dictionary.Contains(name)) yield return new(name, value);
        }
    }

    private JsonBodyException Error(string what, string nextStep)
    {
        var path = "$" + string.Concat(_places.Select(place => place.ToString()));
        return new JsonBodyException(
            $"The body cannot be written as JSON: at {Printable.Text(path)}, {what}.") { Path = path, NextStep = nextStep };
    }

    /// <summary>A container that is being written, and the current member.</summary>
    private sealed class Place(object container)
    {
        public object Container => container;

        public string? Name { get; set; }

        public int Index { get; set; } = -1;

        public override string ToString() => Name is not null ? "." + Printable.Text(Name) : Index >= 0 ? $"[{Index}]" : "";
    }
}
