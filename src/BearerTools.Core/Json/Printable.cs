namespace BearerTools.Json;

/// <summary>Text of a server, fit for a message: control characters could steer the terminal.</summary>
internal static class Printable
{
    private const int MaximumLength = 160;

    public static string Text(string text)
    {
        if (text.Length > MaximumLength) text = string.Concat(text.AsSpan(0, MaximumLength), "…");
        return string.Create(text.Length, text, static (characters, text) =>
        {
            for (var i = 0; i < text.Length; i++) characters[i] = char.IsControl(text[i]) ? '?' : text[i];
        });
    }
}
