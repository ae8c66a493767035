namespace BearerTools.Json;

/// <summary>Builds values from JSON, leaves first. Spans are valid only during the call.</summary>
internal interface IJsonBuilder<TValue>
{
    TValue Null();

    TValue Boolean(bool value);

    /// <param name="text">The UTF-8 text between the quotes; <see cref="JsonText"/> decodes it.</param>
    /// <param name="escaped">True if the text contains escapes.</param>
    TValue String(ReadOnlySpan<byte> text, bool escaped);

    /// <summary>Text that is not JSON, and is never a date.</summary>
    TValue Text(ReadOnlySpan<byte> text) => String(text, escaped: false);

    /// <param name="text">A valid JSON number; <see cref="JsonNumber"/> parses it.</param>
    TValue Number(ReadOnlySpan<byte> text);

    TValue Array(ReadOnlySpan<TValue> items);

    /// <param name="names">Distinct names, in document order.</param>
    /// <param name="values">The value of each name.</param>
    /// <param name="clash">
    /// True if a name is empty or differs from another one only in case, so that a case-insensitive object would lose it.
    /// </param>
    TValue Object(ReadOnlySpan<JsonName> names, ReadOnlySpan<TValue> values, bool clash);
}
