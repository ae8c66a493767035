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
    private const string Fewer = "Send only the properties that the server needs, such as with Select-Object.";

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
            throw Error($"the value is nested deeper than {_options.Depth} levels", Fewer);
        foreach (var place in _places)
        {
            if (ReferenceEquals(place.Container, value))
                throw Error("the value contains itself", Fewer);
        }

        _places.Add(new Place(value!));
        try
        {
            Container(value!, wrapped!);
        }
        catch (Exception e) when (e is not JsonBodyException && _options.Source.IsFault(e))
        {
            throw Unreadable(e);
        }

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
            place.Name = null;
        }

        _output.Raw(separator[0] == (byte)'{' ? "{}"u8 : "}"u8);
    }

    private void Array(IEnumerable items)
    {
        var place = _places[^1];
        _output.Raw("["u8);
        var index = 0;
        foreach (var item in items)
        {
            place.Index = index;
            if (index++ > 0) _output.Raw(","u8);
            Value(item);
            place.Index = -1;
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

    /// <summary>The caller's objects run code of their own when they are read, and may throw anything.</summary>
    private JsonBodyException Unreadable(Exception fault)
    {
        var member = fault as JsonMemberException;
        if (member is not null) _places[^1].Name = member.Name;
        var cause = member?.InnerException ?? fault;
        return Error(
            $"the value cannot be read: {cause.Message.Trim().TrimEnd('.')}",
            member is not null ? Fewer : "Correct the object that throws this error, or give its values as text, numbers and hashtables.",
            "InputUnreadable",
            cause);
    }

    private JsonBodyException Error(
        string what, string nextStep, string errorId = JsonBodyException.NotJsonId, Exception? cause = null)
    {
        var path = "$" + string.Concat(_places.Select(place => place.ToString()));
        return new JsonBodyException($"The body cannot be written as JSON: at {Printable.Text(path)}, {what}.", cause)
        {
            Path = path,
            NextStep = nextStep,
            ErrorId = errorId,
        };
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
