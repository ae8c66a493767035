using System.Collections;
using System.Globalization;
using BearerTools.Profiles.Saved;
using BearerTools.Security;

namespace BearerTools.Profiles.Layers;

/// <summary>Values of settings as text for people, without secrets, and with all characters visible.</summary>
internal static class SettingText
{
    /// <summary>Stands for a value that is a secret, or may contain one.</summary>
    public const string NotShown = "(not shown)";

    private const int MaxLength = 2000;

    public static string Of(object? value, int maximumLength = MaxLength) =>
        ServerText.Clean(VisibleText.Of(Text(value)), maximumLength);

    private static string Text(object? value) => value switch
    {
        null => string.Empty,
        string text => text,
        bool flag => flag ? "true" : "false",
        IDictionary map => string.Join("; ", map.Keys.Cast<object>().Select(key => Entry($"{key}", Text(map[key])))),
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Text)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? string.Empty,
    };

    private static string Entry(string name, string value) =>
        $"{name}={(PlainSecret.IsIn(string.Empty, name, value) || PlainSecret.Of(value) is not null ? NotShown : value)}";
}
