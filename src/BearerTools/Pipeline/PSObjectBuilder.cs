using System.Collections;
using System.Collections.Specialized;
using System.Linq.Expressions;
using System.Management.Automation;
using BearerTools.Json;

namespace BearerTools.Pipeline;

/// <summary>
/// Builds the same objects as ConvertFrom-Json. The only class that creates PSObjects from JSON; one instance per reader.
/// </summary>
internal sealed class PSObjectBuilder : IJsonBuilder<object?>
{
    private static readonly object s_true = true;
    private static readonly object s_false = false;
    private static readonly object s_known = new();

    private static readonly HashSet<string> s_reserved =
        new(StringComparer.OrdinalIgnoreCase) { "PSBase", "PSAdapted", "PSExtended", "PSObject", "PSTypeNames" };

    // The engine has constructors that the reference assembly lacks. The one with a member count also avoids an entry per object in a
    // process-wide table, which costs more than the rest of the object.
    private static readonly Func<int, PSObject>? s_sizedObject = EngineMember.OrNull(() => Constructor<PSObject>(typeof(PSObject)));

    private static readonly Func<int, IDictionary>? s_orderedHashtable =
        EngineMember.OrNull(
            () => Constructor<IDictionary>(typeof(PSObject).Assembly.GetType("System.Management.Automation.OrderedHashtable")));

    private readonly JsonTextCache _texts = new();

    /// <summary>True if objects are created with the engine's constructors that the reference assembly lacks.</summary>
    public static bool IsFast { get; private set; } = s_sizedObject is not null && s_orderedHashtable is not null;

    public bool AsHashtable { get; init; }

    public JsonDateKind DateKind { get; init; }

    public JsonNumberKind NumberKind { get; init; }

    /// <summary>Called with the names of each object that became an ordered dictionary because a PSObject would lose one of them.</summary>
    public Action<IReadOnlyList<string>>? OnClash { get; set; }

    public object? Null() => null;

    public object? Boolean(bool value) => value ? s_true : s_false;

    public object? String(ReadOnlySpan<byte> text, bool escaped) =>
        JsonDate.Read(text, escaped, DateKind) ?? (escaped ? JsonText.Decode(text, escaped) : _texts.Decode(text));

    public object? Text(ReadOnlySpan<byte> text) => JsonText.Decode(text, escaped: false);

    public object? Number(ReadOnlySpan<byte> text) => JsonNumber.Read(text, NumberKind);

    public object? Array(ReadOnlySpan<object?> items) => items.IsEmpty ? System.Array.Empty<object>() : items.ToArray();

    public object? Object(ReadOnlySpan<JsonName> names, ReadOnlySpan<object?> values, bool clash)
    {
        if (AsHashtable) return Fill(NewHashtable(names.Length), names, values);
        if (clash) return Dictionary(names, values);
        var built = IsFast ? s_sizedObject!(names.Length) : new PSObject();
        for (var i = 0; i < names.Length; i++)
        {
            var name = names[i];
            if (name.Tag is null && IsReserved(name.Text)) return Dictionary(names, values);
            if (name.Tag is not null && NotePropertyFactory.TryAdd(built, name.Text, values[i])) continue;

            // The public method also registers the name with the engine, which is necessary once.
            built.Properties.Add(new PSNoteProperty(name.Text, values[i]), preValidated: true);
            name.Tag = s_known;
        }

        return built;
    }

    /// <summary>True if the engine reserves the name.</summary>
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

    private static IDictionary NewHashtable(int capacity) => IsFast ? s_orderedHashtable!(capacity) : new OrderedDictionary(capacity);

    /// <summary>A constructor that has been tried once, so that it does not fail later.</summary>
    private static Func<int, T>? Constructor<T>(Type? type)
    {
        if (type?.GetConstructor([typeof(int)]) is not { } constructor) return null;
        var capacity = Expression.Parameter(typeof(int));
        var create = Expression.Lambda<Func<int, T>>(Expression.New(constructor, capacity), capacity).Compile();
        return create(1) is null ? null : create;
    }
}
