using System.Text.RegularExpressions;

namespace BearerTools.Profiles.Import;

/// <summary>Resolves variables of another tool in a value, such as <c>{{host}}/v1</c>.</summary>
/// <param name="variables">The variables of the environment.</param>
internal sealed partial class ForeignTemplate(IReadOnlyList<ForeignVariable> variables)
{
    private const int MaxDepth = 10;

    /// <summary>
    /// The value without placeholders. <see langword="null"/> if one stands for a secret, for a value that is not in the file, or for one
    /// that the tool computes.
    /// </summary>
    public string? Resolve(string text) => Resolve(text, 0);

    /// <summary>The environment variable that a value consists of, or <see langword="null"/>.</summary>
    public static string? EnvironmentVariable(ForeignVariable variable) =>
        Environment().Match(variable.Text?.Trim() ?? string.Empty) is { Success: true, Groups: var found } ? found["name"].Value : null;

    /// <summary>The variable that holds the value: another one, if the value is its placeholder.</summary>
    public ForeignVariable Holder(ForeignVariable variable)
    {
        for (var depth = 0; depth < MaxDepth && variable.Text is { } text; depth++)
        {
            if (Whole().Match(text.Trim()) is not { Success: true } whole || Find(whole.Groups["name"].Value) is not { } next) break;
            variable = next;
        }

        return variable;
    }

    private string? Resolve(string text, int depth)
    {
        if (depth > MaxDepth) return null;
        var isComplete = true;
        var resolved = Placeholder().Replace(text, found =>
        {
            var value = Find(found.Groups["name"].Value) is { HoldsSecret: false, Text: { } inner } ? Resolve(inner, depth + 1) : null;
            isComplete &= value is not null;
            return value ?? string.Empty;
        });
        return isComplete ? resolved : null;
    }

    private ForeignVariable? Find(string name) => variables.FirstOrDefault(variable => variable.Name == name.Trim());

    [GeneratedRegex(@"\{\{(?<name>[^{}]*)\}\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^\{\{(?<name>[^{}]*)\}\}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Whole();

    /// <summary>Visual Studio: $processEnv; JetBrains: $env.NAME; Bruno: process.env.</summary>
    [GeneratedRegex(
        @"^\{\{\s*(?:\$processEnv\s+%?|\$env\.|process\.env\.)(?<name>[A-Za-z_][A-Za-z0-9_]*)\s*\}\}$",
        RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex Environment();
}
