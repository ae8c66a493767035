using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>The word before the cursor, without quotes.</summary>
internal readonly record struct CompletedWord(string Text, char? Quote)
{
    /// <summary>Characters that end an unquoted word or have a meaning in it.</summary>
    private const string Special = " \t'\"`$&|;,(){}<>";

    public static CompletedWord Of(string typed)
    {
        if (typed is not ['\'' or '"', ..]) return new(typed, null);
        var quote = typed[0];
        var text = typed.Length > 1 && typed[^1] == quote ? typed[1..^1] : typed[1..];
        return new(quote == '\'' ? text.Replace("''", "'", StringComparison.Ordinal) : text, quote);
    }

    /// <summary>A completion result, quoted as the word is, or if necessary.</summary>
    public CompletionResult Result(string value) => Result(value, value, CompletionResultType.ParameterValue, value);

    public CompletionResult Result(string value, string listed, CompletionResultType type, string toolTip) =>
        new(Quoted(value), listed, type, toolTip);

    private string Quoted(string value)
    {
        if (Quote is null && value is not ['@' or '#', ..] && !value.Any(Special.Contains)) return value;
        return Quote == '"' && !value.Any(c => c is '"' or '`' or '$')
            ? $"\"{value}\""
            : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
    }
}
