using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using BearerTools.Cmdlets;

namespace BearerTools.Binding;

/// <summary>
/// Completes a parameter's value from a list. PowerShell falls back to file names only if a completer returns
/// <see langword="null"/>, so a list without a match suggests nothing.
/// </summary>
public abstract class ValueCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = CompletedWord.Of(wordToComplete);
        return Matching(word, Values(parameterName, fakeBoundParameters));
    }

    private protected static IEnumerable<CompletionResult> Matching(CompletedWord word, IEnumerable<string> values) => values
        .Where(value => value.StartsWith(word.Text, StringComparison.OrdinalIgnoreCase))
        .Distinct(StringComparer.Ordinal)
        .Select(word.Result);

    /// <summary>The values to suggest for a parameter.</summary>
    /// <param name="parameter">The name of the parameter.</param>
    /// <param name="bound">The parameters that are already on the command line, by name.</param>
    private protected virtual IEnumerable<string> Values(string parameter, IDictionary bound) => Values(bound);

    /// <summary>The values to suggest.</summary>
    /// <param name="bound">The parameters that are already on the command line, by name.</param>
    private protected abstract IEnumerable<string> Values(IDictionary bound);
}

/// <summary>Suggests nothing, for parameters whose values are neither known nor file names.</summary>
public sealed class NoCompleter : ValueCompleter
{
    private protected override IEnumerable<string> Values(IDictionary bound) => [];
}

/// <summary>Suggests the values that a parameter of Connect-BearerApi is limited to.</summary>
public sealed class ListedValueCompleter : ValueCompleter
{
    private protected override IEnumerable<string> Values(string parameter, IDictionary bound) =>
        typeof(ConnectBearerApiCommand).GetProperty(parameter, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)
            ?.GetCustomAttribute<CheckedWhenRunAttribute>()?.Values ?? [];

    private protected override IEnumerable<string> Values(IDictionary bound) => [];
}
