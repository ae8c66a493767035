namespace BearerTools.Binding;

/// <summary>Lists the values of a parameter in an error.</summary>
internal static class ValueList
{
    /// <summary>Such as <c>one of Process, Machine or Fleet</c>.</summary>
    public static string OneOf(IReadOnlyList<string> values) =>
        values.Count == 1 ? $"{values[0]} only" : $"one of {string.Join(", ", values.SkipLast(1))} or {values[^1]}";
}
