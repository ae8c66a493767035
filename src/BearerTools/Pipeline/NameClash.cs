using BearerTools.Json;

namespace BearerTools.Pipeline;

/// <summary>Why an object is an ordered dictionary, in words.</summary>
internal static class NameClash
{
    private const int NamedAtMost = 10;

    /// <param name="names">All names of the object.</param>
    public static string Note(IReadOnlyList<string> names)
    {
        var clashing = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Key.Length == 0 || group.Count() > 1 || PSObjectBuilder.IsReserved(group.Key))
            .SelectMany(group => group)
            .ToArray();
        var shown = string.Join(", ", clashing.Take(NamedAtMost).Select(name => $"'{Printable.Text(name)}'"));
        return $"An object became an ordered dictionary, which keeps names that differ only in case, are empty or mean something to PowerShell: {shown}{(clashing.Length > NamedAtMost ? ", ..." : "")}.";
    }
}
