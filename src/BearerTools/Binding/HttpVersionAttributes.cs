using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace BearerTools.Binding;

/// <summary>Accepts <c>2</c> for 2.0, as Invoke-RestMethod does, and the number 2.0, which would lose its fraction as text.</summary>
internal sealed class VersionTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PSValue.Unwrap(inputData) switch
        {
            string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var major) => new Version(major, 0),
            int major and >= 0 => new Version(major, 0),
            double number and >= 0 => Version.Parse(number.ToString("0.0##", CultureInfo.InvariantCulture)),
            _ => inputData,
        };
}

/// <summary>Completes HTTP versions.</summary>
internal sealed class HttpVersionCompleter : IArgumentCompleter
{
    private static readonly string[] s_versions = ["1.0", "1.1", "2.0", "3.0"];

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        s_versions.Where(
            version => version.StartsWith(wordToComplete, StringComparison.Ordinal)).Select(version => new CompletionResult(version));
}
