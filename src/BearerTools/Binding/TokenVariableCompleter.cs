using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace BearerTools.Binding;

/// <summary>Completes tokens with the variables of the session that hold one, as <c>$name</c>.</summary>
public sealed class TokenVariableCompleter : IArgumentCompleter
{
    /// <summary>Automatic variables, whose value is different when the command runs.</summary>
    private static readonly string[] s_automatic = ["_", "PSItem", "^", "$", "this", "input"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var start = CompletedWord.Of(wordToComplete).Text.TrimStart('$', '{');
        return
        [
            .. Variables()
                .Where(variable => PSValue.Unwrap(variable.Value) is AccessToken && !s_automatic.Contains(variable.Name))
                .Where(variable => variable.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                .Select(Result),
        ];
    }

    private static IEnumerable<PSVariable> Variables()
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return [.. shell.AddCommand(@"Microsoft.PowerShell.Utility\Get-Variable").Invoke<PSVariable>()];
    }

    private static CompletionResult Result(PSVariable variable) =>
        new(Written(variable.Name), variable.Name, CompletionResultType.Variable, ToolTip(variable));

    private static string Written(string name) => name.All(c => char.IsLetterOrDigit(c) || c is '_' or ':') ? $"${name}" : $"${{{name}}}";

    private static string ToolTip(PSVariable variable)
    {
        var token = (AccessToken)PSValue.Unwrap(variable.Value)!;
        return $"{token.Account ?? token.ClientId ?? "token"} {token.Authority}".Trim();
    }
}
