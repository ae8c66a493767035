using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using BearerTools.Entra.Assertions;
using BearerTools.Grants;
using BearerTools.Grants.References;
using BearerTools.Session;

namespace BearerTools.Binding;

/// <summary>
/// Completes references to secrets: <c>env:</c> and variable names, <c>file:</c> and paths, <c>vault:</c> and the names of secrets. Bare
/// file names are not completed.
/// </summary>
public class SecretReferenceCompleter : IArgumentCompleter
{
    private const string Variable = "env:";
    private const string File = "file:";
    private const string Vault = SecretReference.VaultScheme + ":";
    private static readonly string[] s_others = [$"{CommandSecret.Scheme}:", Vault, $"{SecretReference.AutomationScheme}:"];

    /// <summary>Other values that the parameter accepts.</summary>
    private protected virtual IReadOnlyList<string> Names => [];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = CompletedWord.Of(wordToComplete);
        if (word.Text.StartsWith(Variable, StringComparison.OrdinalIgnoreCase)) return Variables(word);
        if (word.Text.StartsWith(File, StringComparison.OrdinalIgnoreCase)) return Paths(word);
        if (word.Text.StartsWith(Vault, StringComparison.OrdinalIgnoreCase)) return Secrets(word);
        return Names.Append(File).Append(Variable).Concat(s_others)
            .Where(name => name.StartsWith(word.Text, StringComparison.OrdinalIgnoreCase))
            .Select(word.Result);
    }

    private static IEnumerable<CompletionResult> Variables(CompletedWord word) => Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Select(name => Variable + name)
        .Where(name => name.StartsWith(word.Text, StringComparison.OrdinalIgnoreCase))
        .Order(StringComparer.OrdinalIgnoreCase)
        .Select(word.Result);

    /// <summary>The secrets of the vaults: by name alone and, after the name of a vault and a slash, those of that vault.</summary>
    private static IEnumerable<CompletionResult> Secrets(CompletedWord word)
    {
        var text = word.Text[Vault.Length..];
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (vault, name) = slash < 0 ? (null, text) : (text[..slash], text[(slash + 1)..]);
        return VaultSecret.Find(vault, name)
            .Select(found => vault is null ? found : $"{vault}/{found}")
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(found => word.Result(Vault + found));
    }

    /// <summary>The engine's own file completions, with the prefix.</summary>
    private static IEnumerable<CompletionResult> Paths(CompletedWord word) =>
        from path in CompletionCompleters.CompleteFilename(word.Text[File.Length..])
        let reference = File + CompletedWord.Of(path.CompletionText).Text
        select word.Result(reference, path.ListItemText, path.ResultType, path.ToolTip);
}

/// <summary>Completes the sources of client assertions: the names of the built-in ones, or a reference.</summary>
public sealed class AssertionPlaceCompleter : SecretReferenceCompleter
{
    private protected override IReadOnlyList<string> Names => AssertionPlace.Names;
}
