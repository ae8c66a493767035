using System.Runtime.CompilerServices;

namespace BearerTools.Binding;

/// <summary>
/// Placeholders for values that a parameter cannot take. They are bound so that the command begins, and refuses them itself:
/// Connect-BearerApi leaves nothing connected if it fails, but does not begin if the binding fails.
/// </summary>
internal static class RefusedValue
{
    private static readonly ConditionalWeakTable<object, string> s_reasons = [];

    /// <param name="placeholder">An object of its own; a boxed value is one too.</param>
    /// <param name="why">What the parameter takes, in sentences.</param>
    public static object Of(object placeholder, string why)
    {
        s_reasons.Add(placeholder, why);
        return placeholder;
    }

    /// <summary>Why the value was refused; <see langword="null"/> if it was not.</summary>
    public static string? Reason(object? value) =>
        value is not null && s_reasons.TryGetValue(PSValue.Unwrap(value)!, out var why) ? why : null;
}
