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
    private static readonly object s_known = new();

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
        var add = NotePropertyFactory.Add;
        for (var i = 0; i < names.Length; i++)
        {
            var name = names[i];
            if (name.Tag is null && IsReserved(name.Text)) return Dictionary(names, values);
            if (name.Tag is not null && add is not null)
            {
                add(built, name.Text, values[i]);
                continue;
            }

            // The first note of a name goes the long way, on which the engine learns that there are notes of that name.
            built.Properties.Add(new PSNoteProperty(name.Text, values[i]), preValidated: true);
            name.Tag = s_known;
        }

        return built;
    }

    /// <summary>Whether the engine keeps a name for itself.</summary>
    public static bool IsReserved(string name) => s_reserved.Contains(name);

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
