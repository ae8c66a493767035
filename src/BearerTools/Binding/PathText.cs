using System.Collections;
using System.Management.Automation;
using BearerTools.Pipeline;

namespace BearerTools.Binding;

/// <summary>
/// The path that a value stands for. The engine would take the name of a type, such as <c>System.Collections.Hashtable</c>, for a path.
/// </summary>
internal static class PathText
{
    /// <param name="value">Text, a file or folder, a location, or a number.</param>
    /// <param name="name">The parameter, for the error.</param>
    /// <exception cref="BearerRequestException">The value is no path.</exception>
    public static string? Of(object? value, string name) => PSValue.Unwrap(value) switch
    {
        null => null,
        string text => string.IsNullOrWhiteSpace(text) ? throw Empty(name) : text,
        IEnumerable or PSCustomObject or ScriptBlock => throw Refuse(value!, name),
        FileSystemInfo or PathInfo => LanguagePrimitives.ConvertTo<string>(value),
        { } scalar when PSValue.IsScalar(scalar) => ValueText.Of(scalar, name),
        var other => other.ToString() is { Length: > 0 } text && text != other.GetType().ToString() ? text : throw Refuse(other, name),
    };

    /// <summary>An empty path would be that of the current folder.</summary>
    private static BearerRequestException Empty(string name) => Error(
        $"The value of -{name} is empty, which is no path.", "Check the property that the path is taken from.");

    private static BearerRequestException Refuse(object value, string name) => Error(
        $"The value of -{name} is a {PSValue.Unwrap(value)!.GetType().Name}, which is no path.",
        "Pass the path as text, or a file or folder such as Get-Item returns.");

    private static BearerRequestException Error(string message, string nextStep) => new(message)
    {
        ErrorId = "ValueRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
