namespace BearerTools.Json;

/// <summary>Makes values of what was read, from the leaves up. Spans are valid during the call only.</summary>
internal interface IJsonBuilder<TValue>
{
    TValue Null();

    TValue Boolean(bool value);

    /// <param name="text">The UTF-8 between the quotes; <see cref="JsonText"/> decodes it.</param>
    /// <param name="escaped">Whether it holds escapes.</param>
    TValue String(ReadOnlySpan<byte> text, bool escaped);

    /// <param name="text">A valid JSON number; <see cref="JsonNumber"/> reads it.</param>
    TValue Number(ReadOnlySpan<byte> text);

    TValue Array(ReadOnlySpan<TValue> items);

    /// <param name="names">No name twice, in the document's order.</param>
    /// <param name="values">One a name.</param>
    /// <param name="clash">
    /// Whether a name is empty or differs from another only in case, so that an object that ignores case would lose it.
    /// </param>
    TValue Object(ReadOnlySpan<JsonName> names, ReadOnlySpan<TValue> values, bool clash);
}
