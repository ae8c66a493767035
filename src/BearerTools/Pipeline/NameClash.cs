namespace BearerTools.Pipeline;

/// <summary>Finds the names in a JSON object that a PSObject cannot hold.</summary>
internal static class NameClash
{
    /// <param name="names">All names in the object.</param>
    public static string[] Of(IReadOnlyList<string> names) =>
    [
        .. names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Key.Length == 0 || group.Count() > 1 || PSObjectBuilder.IsReserved(group.Key))
            .SelectMany(group => group),
    ];
}
