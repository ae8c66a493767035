using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Security;
using System.Xml;
using BearerTools.Binding;

namespace BearerTools.Pipeline;

/// <summary>
/// The text of a value in a query, a form, a header or a key: the same everywhere, in every culture. Booleans are <c>true</c> and
/// <c>false</c>, dates are ISO 8601.
/// </summary>
internal static class ValueText
{
    private const string Iso8601 = "O";

    /// <param name="value">The value.</param>
    /// <param name="name">The name that it belongs to, for the error.</param>
    /// <exception cref="BearerRequestException">The value has no text, such as a hashtable or a SecureString.</exception>
    public static string Of(object? value, string name) => PSValue.Unwrap(value) switch
    {
        _ when ReferenceEquals(value, AutomationNull.Value) => throw Missing(name),
        null => string.Empty,
        string text => text,
        bool flag => Text(flag),
        SwitchParameter flag => Text(flag),
        DateTime or DateTimeOffset or DateOnly or TimeOnly => Formatted(value, Iso8601),
        IFormattable => Formatted(value, null),
        XmlNode node => node.OuterXml,
        ScriptBlock => throw ScriptGiven(name),
        IDictionary or PSCustomObject => throw Refuse(value!, name),
        IEnumerable list => string.Join(' ', list.Cast<object?>().Select(item => Of(item, name))),
        var other => other.ToString() is { } text && text != other.GetType().ToString() ? text : throw Refuse(other, name),
    };

    /// <summary>The date in the format of HTTP headers (RFC 9110 section 5.6.7); <see langword="null"/> if the value is no date.</summary>
    public static string? HttpDate(object? value) => PSValue.Unwrap(value) switch
    {
        DateTime time => time.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("R", CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>True if the value is sent as several values of one name.</summary>
    public static bool IsList(object? value) => value is IEnumerable and not (string or IDictionary or XmlNode);

    private static string Text(bool flag) => flag ? "true" : "false";

    private static string Formatted(object? value, string? format) =>
        ((IFormattable)PSValue.Unwrap(value)!).ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Its source would be sent.</summary>
    private static BearerRequestException ScriptGiven(string name) => new(
        $"The value of '{name}' is a script block, which is not run here.")
    {
        ErrorId = "ValueRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Give its result, such as (& { … }). For a value of each piped object, Invoke-BearerRequest takes a script block around "
            + "all values: { @{ name = $_ } }.",
    };

    private static BearerRequestException Refuse(object value, string name) => new(
        $"The value of '{name}' is a {PSValue.Unwrap(value)!.GetType().Name}, which has no text.")
    {
        ErrorId = "ValueRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = PSValue.Unwrap(value) is SecureString
            ? "To send it, convert it with ConvertFrom-SecureString -AsPlainText."
            : "Give its text, such as one property of it, or the result of ConvertTo-Json.",
    };

    private static BearerRequestException Missing(string name) => new(
        $"'{name}' has no value: the command that it comes from returned nothing.")
    {
        ErrorId = "ValueRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Check that command, such as the path of Get-Item. If it may return nothing, use $null for the value.",
    };
}
