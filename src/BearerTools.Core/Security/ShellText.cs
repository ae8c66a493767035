namespace BearerTools.Security;

/// <summary>Writes paths for commands that messages tell the user to run.</summary>
internal static class ShellText
{
    private const int MaxPath = 1000;

    /// <summary>The path in single quotation marks, as a POSIX shell reads it.</summary>
    public static string Quote(string path)
    {
        var shown = ServerText.Clean(path, MaxPath);
        return $"'{shown.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}
