namespace BearerTools.Profiles.Saved;

/// <summary>A profile as a file defines it: the parameters of Set-BearerProfile by name. Its values are valid in kind only.</summary>
/// <param name="Name">The name, as the file writes it.</param>
/// <param name="File">The file.</param>
/// <param name="Start">Offset of the definition.</param>
/// <param name="Definition">The text of the definition; a changed text is another definition.</param>
/// <param name="Values">The fields, in the order of the file.</param>
internal sealed record SavedProfile(
    string Name, ProfileFile File, int Start, string Definition, IReadOnlyList<SavedValue> Values)
{
    /// <summary>The text of a field, or <see langword="null"/>.</summary>
    public string? Text(string field) => Value(field) as string;

    /// <summary>The texts of a field.</summary>
    public IReadOnlyList<string> Texts(string field) => [.. (Value(field) as object[] ?? []).OfType<string>()];

    private object? Value(string field) => Values.FirstOrDefault(value => value.Field.Name == field)?.Value;
}

/// <summary>A field of a profile.</summary>
/// <param name="Field">The field.</param>
/// <param name="Value">A string, a long, a decimal, a bool, an array of these, or an ordered dictionary of these.</param>
/// <param name="Start">Offset of the name in the file.</param>
internal sealed record SavedValue(ProfileField Field, object Value, int Start);
