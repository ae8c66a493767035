using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using BearerTools.Entra.Assertions;

namespace BearerTools.Binding;

/// <summary>Completes where assertions come from. A ValidateSet could not, because paths are places too.</summary>
public sealed class AssertionPlaceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        AssertionPlace.Names.Concat(["file:", "env:"]).Where(place => place.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase)).Select(place => new CompletionResult(place));
}
