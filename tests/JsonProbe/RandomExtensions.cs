using System.Diagnostics.CodeAnalysis;

namespace BearerTools.JsonProbe;

[SuppressMessage("Security", "CA5394:Do not use insecure randomness", Justification = "The same documents for the same seed.")]
internal static class RandomExtensions
{
    public static string Pick(this Random random, params string[] choices) => choices[random.Next(choices.Length)];

    public static string Digits(this Random random, int count) =>
        string.Create(count, random, static (digits, random) =>
        {
            foreach (ref var digit in digits) digit = (char)('0' + random.Next(10));
        });
}
