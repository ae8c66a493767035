namespace BearerTools.Json;

/// <summary>Sanitizes server text for display: removes control characters that could manipulate the terminal.</summary>
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
