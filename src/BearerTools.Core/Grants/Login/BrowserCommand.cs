using System.Text;

namespace BearerTools.Grants.Login;

/// <summary>The variable BROWSER: commands to try one after the other, each with <c>%s</c> for the address or without.</summary>
internal static class BrowserCommand
{
    private const string Placeholder = "%s";

    /// <summary>The commands, each a program and its arguments. Nothing in the address is ever taken for more than one argument.</summary>
    public static IEnumerable<IReadOnlyList<string>> Read(string variable, Uri address)
    {
        foreach (var command in variable.Split(Path.PathSeparator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = Words(command);
            var filled = words.Skip(1).Select(word => word.Replace(Placeholder, address.AbsoluteUri, StringComparison.Ordinal)).ToList();
            if (filled.SequenceEqual(words.Skip(1))) filled.Add(address.AbsoluteUri);
            yield return [words[0], .. filled];
        }
    }

    /// <summary>At blanks, but not inside double quotes.</summary>
    private static List<string> Words(string command)
    {
        List<string> words = [];
        var word = new StringBuilder();
        var isQuoted = false;
        foreach (var c in command)
        {
            if (c == '"') isQuoted = !isQuoted;
            else if (c != ' ' || isQuoted) word.Append(c);
            else Close();
        }

        Close();
        return words.Count > 0 ? words : [command];

        void Close()
        {
            if (word.Length > 0) words.Add(word.ToString());
            word.Clear();
        }
    }
}
