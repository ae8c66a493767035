using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using BearerTools.Security;

namespace BearerTools.Binding;

/// <summary>
/// Binds a placeholder instead of a value that the engine cannot convert, so that the command begins, and refuses it itself
/// (<see cref="RefusedValue"/>).
/// </summary>
/// <param name="type">The type of the parameter.</param>
/// <param name="values">The values that the parameter is limited to, in any case; none for any value.</param>
internal sealed class CheckedWhenRunAttribute(Type type, params string[] values) : ArgumentTransformationAttribute
{
    /// <summary>The values that the parameter is limited to; empty for any value.</summary>
    public IReadOnlyList<string> Values => values;

    /// <summary>The least number.</summary>
    public long Minimum { get; set; } = long.MinValue;

    /// <summary>The greatest number.</summary>
    public long Maximum { get; set; } = long.MaxValue;

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = PSValue.Unwrap(inputData);
        return CanBind(value, out var reason)
            ? inputData
            : RefusedValue.Of(Placeholder(), reason ?? $"It takes {Expected()}{Instead(value)}.");
    }

    /// <summary>What was given, as the end of a sentence. Text is not repeated: it may be a secret.</summary>
    private static string Instead(object? value) => value is string ? string.Empty : $", not {NameOf(value)}";

    private static string NameOf(object? value) => value switch
    {
        null => "$null",
        sbyte or short or int or long or byte or ushort or uint or ulong => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        ICollection list and not IDictionary =>
            string.Create(CultureInfo.InvariantCulture, $"a list of {list.Count} {(list.Count == 1 ? "value" : "values")}"),
        _ => $"a value of type {value.GetType().Name}",
    };

    private bool CanBind(object? value, out string? reason)
    {
        reason = null;
        if (value is null) return type == typeof(SwitchParameter) || !(type.IsValueType || type == typeof(PSCredential));
        if (type.IsInstanceOfType(value)) return IsAllowed(value);
        if (type == typeof(PSCredential)) return value is string; // The engine asks for the password.
        if (type == typeof(SwitchParameter)) return value is bool or decimal || value.GetType().IsPrimitive;
        if (!type.IsArray && value is IEnumerable and not string) return false;
        // The engine combines several values of an enumeration into one number, which is another value.
        if (type.IsEnum && value is string names && names.Contains(',', StringComparison.Ordinal)) return false;
        if (type == typeof(string)) return HasText(value) && (values.Length == 0 || IsAllowed($"{value}"));
        if (type == typeof(Uri)) return value is string address && AddressParser.TryParse(address, UriKind.RelativeOrAbsolute, out _);
        try
        {
            return IsAllowed(LanguagePrimitives.ConvertTo(value, type, CultureInfo.InvariantCulture));
        }
        catch (PSInvalidCastException e)
        {
            // Only the rate explains itself.
            if (type == typeof(RateLimit)) reason = e.InnerException?.Message ?? e.Message;
            return false;
        }
    }

    /// <summary>
    /// False for an object that the engine converts to the name of its type, or to a list of its properties. The command refuses a
    /// SecureString itself, because it knows where the secret belongs.
    /// </summary>
    private static bool HasText(object value) => value is SecureString
        || (value is not PSCustomObject && value.ToString() is { } text && text != value.GetType().ToString());

    private string Expected()
    {
        if (values.Length > 0) return ValueList.OneOf(values);
        if (type.IsEnum) return ValueList.OneOf(Enum.GetNames(type));
        return type switch
        {
            _ when type == typeof(string) => "one text",
            _ when type == typeof(SwitchParameter) => "$true or $false",
            _ when type == typeof(int) => $"a whole number {Range(int.MaxValue)}",
            _ when type == typeof(long) => $"a whole number {Range(long.MaxValue)}",
            _ when type == typeof(int[]) => $"whole numbers {Range(int.MaxValue)}",
            _ when type == typeof(Uri) => "one address",
            _ when type == typeof(Uri[]) => "addresses",
            _ when type == typeof(IDictionary) => "a hashtable",
            _ when type == typeof(PSCredential) => "one credential from Get-Credential",
            _ when type == typeof(X509Certificate2) => "one certificate, or the path of its file",
            _ when type == typeof(ScriptBlock) => "a script block",
            _ => $"a {type.Name}",
        };
    }

    private string Range(long longest) =>
        string.Create(CultureInfo.InvariantCulture, $"from {Minimum} to {Math.Min(Maximum, longest)}");

    /// <summary>True if a value that can be bound is one of those that the parameter takes.</summary>
    private bool IsAllowed(object value) => value switch
    {
        string or Enum when values.Length > 0 => values.Contains(value.ToString(), StringComparer.OrdinalIgnoreCase),
        Enum => Enum.IsDefined(type, value),
        int number => number >= Minimum && number <= Maximum,
        long number => number >= Minimum && number <= Maximum,
        int[] numbers => Array.TrueForAll(numbers, number => number >= Minimum && number <= Maximum),
        _ => true,
    };

    private object Placeholder() => type switch
    {
        _ when type.IsValueType => Activator.CreateInstance(type)!,
        _ when type.IsArray => Array.CreateInstance(type.GetElementType()!, 1),
        _ when type == typeof(string) => new string('?', 1),
        _ when type == typeof(Uri) => AddressParser.Known("about:refused"),
        _ when type == typeof(IDictionary) => new Hashtable(),
        _ when type == typeof(PSCredential) => new PSCredential("?", new SecureString()),
        _ when type == typeof(ScriptBlock) => ScriptBlock.Create(string.Empty),
        _ when type == typeof(RateLimit) => new RateLimit(1, TimeSpan.FromSeconds(1)),
#pragma warning disable SYSLIB0026 // An empty certificate is what a placeholder is.
        _ => new X509Certificate2(),
#pragma warning restore SYSLIB0026
    };
}
