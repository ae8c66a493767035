namespace BearerTools.Mocking.Recordings;

/// <summary>A field of a recorded response that was edited in the file.</summary>
/// <param name="Field">The field as it is now; if it was removed, only its path.</param>
/// <param name="Kind">What was done to it.</param>
internal sealed record ResponseEdit(ResponseField Field, ResponseEditKind Kind)
{
    /// <summary>What was done, as a participle.</summary>
    public string Verb => Kind switch
    {
        ResponseEditKind.Added => "added",
        ResponseEditKind.Removed => "removed",
        _ => "edited",
    };

    /// <summary>
    /// The edits without those that others imply: fields in an object that was added or removed as a whole, and the size of a list or
    /// object whose items or members were added or removed.
    /// </summary>
    public static IReadOnlyList<ResponseEdit> Outermost(IReadOnlyList<ResponseEdit> edits)
    {
        var isWhole = edits.Where(edit => edit.Kind != ResponseEditKind.Changed || !edit.Field.IsSize)
            .Select(edit => edit.Field.Key).ToHashSet(StringComparer.Ordinal);
        ResponseEdit[] outer = [.. edits.Where(edit => edit.Kind == ResponseEditKind.Changed || !isWhole.Contains(edit.Field.Parent))];
        var resized = outer.Where(edit => edit.Kind != ResponseEditKind.Changed)
            .Select(edit => edit.Field.Parent).ToHashSet(StringComparer.Ordinal);
        return [.. outer
            .Where(edit => edit.Kind != ResponseEditKind.Changed || !edit.Field.IsSize || !resized.Contains(edit.Field.Key))];
    }
}

/// <summary>What was done to a field.</summary>
internal enum ResponseEditKind
{
    Changed,
    Added,
    Removed,
}
