using System.Collections;
using System.Collections.Specialized;
using System.Linq.Expressions;
using System.Management.Automation;
using BearerTools.Json;

namespace BearerTools.Pipeline;

/// <summary>The objects that ConvertFrom-Json gives. The only class that knows PSObject for reading; it serves one reader.</summary>
internal sealed class PSObjectBuilder : IJsonBuilder<object?>
{
    private static readonly object s_true = true;
    private static readonly object s_false = false;

    private static readonly HashSet<string> s_reserved =
        new(StringComparer.OrdinalIgnoreCase) { "PSBase", "PSAdapted", "PSExtended", "PSObject", "PSTypeNames" };

    // The engine has constructors that its reference assembly lacks. The one that sizes the members also spares every
    // object an entry in a table of the whole process, which costs more than the rest of the object.
    private static readonly Func<int, PSObject> s_newObject = Constructor<PSObject>(typeof(PSObject)) ?? (_ => new PSObject());

    private static readonly Func<int, IDictionary> s_newHashtable =
        Constructor<IDictionary>(typeof(PSObject).Assembly.GetType("System.Management.Automation.OrderedHashtable"))
        ?? (capacity => new OrderedDictionary(capacity));

    private readonly JsonTextCache _texts = new();

    public bool AsHashtable { get; init; }

    public JsonDateKind DateKind { get; init; }

    public JsonNumberKind NumberKind { get; init; }

    /// <summary>Told the names of each object that became an ordered dictionary because a PSObject would have lost one.</summary>
    public Action<IReadOnlyList<string>>? OnClash { get; set; }

    public object? Null() => null;

    public object? Boolean(bool value) => value ? s_true : s_false;

    public object? String(ReadOnlySpan<byte> text, bool escaped) =>
        JsonDate.Read(text, escaped, DateKind) ?? (escaped ? JsonText.Decode(text, escaped) : _texts.Decode(text));

    public object? Number(ReadOnlySpan<byte> text) => JsonNumber.Read(text, NumberKind);

    public object? Array(ReadOnlySpan<object?> items) => items.IsEmpty ? System.Array.Empty<object>() : items.ToArray();

    public object? Object(ReadOnlySpan<JsonName> names, ReadOnlySpan<object?> values, bool clash)
    {
        if (AsHashtable) return Fill(s_newHashtable(names.Length), names, values);
        if (clash) return Dictionary(names, values);
        var built = s_newObject(names.Length);
        var properties = built.Properties;
        for (var i = 0; i < names.Length; i++)
        {
            // Add takes a copy, so one note a name is enough.
            if ((names[i].Tag ??= Note(names[i].Text)) is not PSNoteProperty note) return Dictionary(names, values);
            note.Value = values[i];
            properties.Add(note, preValidated: true);
            note.Value = null;
        }

        return built;
    }

    /// <summary>Whether the engine keeps a name for itself.</summary>
    public static bool IsReserved(string name) => s_reserved.Contains(name);

    /// <summary>The note to copy, or, for a name that the engine keeps for itself, something else.</summary>
    private static object Note(string name) => IsReserved(name) ? s_reserved : new PSNoteProperty(name, null);

    private IDictionary Dictionary(ReadOnlySpan<JsonName> names, ReadOnlySpan<object?> values)
    {
        OnClash?.Invoke(names.ToArray().Select(name => name.Text).ToArray());
        return Fill(new OrderedDictionary(names.Length), names, values);
    }

    private static IDictionary Fill(IDictionary dictionary, ReadOnlySpan<JsonName> names, ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < names.Length; i++) dictionary.Add(names[i].Text, values[i]);
        return dictionary;
    }

    private static Func<int, T>? Constructor<T>(Type? type)
    {
        if (type?.GetConstructor([typeof(int)]) is not { } constructor) return null;
        var capacity = Expression.Parameter(typeof(int));
        return Expression.Lambda<Func<int, T>>(Expression.New(constructor, capacity), capacity).Compile();
    }
}
