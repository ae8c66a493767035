using System.Runtime.CompilerServices;

namespace BearerTools.Security;

/// <summary>
/// The values of all secrets that are alive, held weakly, and the removal of any of them from a text, however it is
/// spelled there.
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
        private readonly Lazy<string[]> _spellings = new(() => SecretSpelling.All(value, MinimumLength));

        public string RemoveFrom(string text)
        {
            foreach (var spelling in _spellings.Value)
            {
                if (text.Contains(spelling, StringComparison.OrdinalIgnoreCase))
                    text = text.Replace(spelling, Mark, StringComparison.OrdinalIgnoreCase);
            }

            return text;
        }
    }
}
