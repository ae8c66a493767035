using System.Text;

namespace BearerTools.Grants.Login;

/// <summary>
/// Reads the BROWSER variable: a list of commands to try in order, each with or without the placeholder <c>%s</c> for the
/// address.
/// </summary>
internal static class BrowserCommand
{
    private const string Placeholder = "%s";

    /// <summary>
    /// Returns the commands, each as a program and its arguments. The address always stays a single argument.
    /// </summary>
    public static IEnumerable<IReadOnlyList<string>> Read(string variable, Uri address)
    {
        foreach (var command in variable.Split(Path.PathSeparator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = SplitCommand(command);
            var filled = parts.Skip(1).Select(word => word.Replace(Placeholder, address.AbsoluteUri, StringComparison.Ordinal)).ToList();
            if (filled.SequenceEqual(parts.Skip(1))) filled.Add(address.AbsoluteUri);
            yield return [parts[0], .. filled];
        }
    }

    /// <summary>Splits a command at spaces outside double quotes.</summary>
    private static List<string> SplitCommand(string command)
    {
        List<string> parts = [];
        var word = new StringBuilder();
        var isQuoted = false;
        foreach (var c in command)
        {
            if (c == '"') isQuoted = !isQuoted;
            else if (c != ' ' || isQuoted) word.Append(c);
            else Close();
        }

        Close();
        return parts.Count > 0 ? parts : [command];

        void Close()
        {
            if (word.Length > 0) parts.Add(word.ToString());
            word.Clear();
        }
    }
}
