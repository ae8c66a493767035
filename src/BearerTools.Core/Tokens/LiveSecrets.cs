using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace BearerTools.Tokens;

/// <summary>
/// The values of all secrets that are alive, held weakly, and the removal of any of them from a text:
/// raw, URL-encoded, form-encoded, JSON-escaped, and base64 at each of the three alignments it can have
/// inside a longer encoded text (RFC 4648 section 4), in the standard and the URL alphabet.
/// </summary>
internal static class LiveSecrets
{
    /// <summary>Shorter values are not searched for: "a" would blacken every text.</summary>
    private const int MinimumLength = 4;

    public const string Mark = "***";

    private static readonly ConditionalWeakTable<Secret, Forms> s_alive = [];

    public static void Register(Secret secret, string value)
    {
        if (value.Length >= MinimumLength) s_alive.Add(secret, new Forms(value));
    }

    public static string Redact(string text)
    {
        if (text.Length < MinimumLength) return text;
        foreach (var (_, forms) in s_alive) text = forms.RemoveFrom(text);
        return text;
    }

    /// <summary>Whether a text holds any living secret, for tests and guards.</summary>
    public static bool Contains(string text) => !ReferenceEquals(Redact(text), text);

    /// <summary>The spellings of one value, worked out when a text is first searched for it.</summary>
    private sealed class Forms(string value)
    {
        private readonly Lazy<string[]> _spellings = new(() => Spell(value));

        public string RemoveFrom(string text)
        {
            foreach (var spelling in _spellings.Value)
            {
                if (text.Contains(spelling, StringComparison.OrdinalIgnoreCase))
                    text = text.Replace(spelling, Mark, StringComparison.OrdinalIgnoreCase);
            }

            return text;
        }

        private static string[] Spell(string value)
        {
            var percent = Uri.EscapeDataString(value);
            var spellings = new List<string>
            {
                value,
                percent,
                percent.Replace("%20", "+", StringComparison.Ordinal),
                JavaScriptEncoder.Default.Encode(value),
                JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value),
            };
            var bytes = Encoding.UTF8.GetBytes(value);
            for (var shift = 0; shift < 3; shift++) AddBase64(spellings, bytes, shift);

            // Longest first: a spelling that is part of another must not cut it in two.
            return [.. spellings.Where(s => s.Length >= MinimumLength).Distinct(StringComparer.OrdinalIgnoreCase)
                .OrderByDescending(s => s.Length)];
        }

        /// <summary>The characters of the base64 text that depend on nothing but the value.</summary>
        private static void AddBase64(List<string> spellings, byte[] bytes, int shift)
        {
            var shifted = new byte[shift + bytes.Length];
            bytes.CopyTo(shifted, shift);
            var text = Convert.ToBase64String(shifted).TrimEnd('=');
            var start = shift == 0 ? 0 : shift + 1;
            var end = shifted.Length % 3 == 0 ? text.Length : text.Length - 1;
            if (end - start < MinimumLength) return;
            var stable = text[start..end];
            spellings.Add(stable);
            spellings.Add(stable.Replace('+', '-').Replace('/', '_'));
        }
    }
}
