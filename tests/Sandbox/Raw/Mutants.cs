using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using BearerTools.Security;

namespace BearerTools.Sandbox.Raw;

/// <summary>Numbered mutants of specimens: the same ones for the same seed, in every process.</summary>
[SuppressMessage("Security", "CA5394:Do not use insecure randomness", Justification = "The same mutants for the same seed.")]
internal static partial class Mutants
{
    /// <summary>The first ones are the specimens as they are.</summary>
    /// <param name="kind">One of <see cref="Specimens.Has"/>.</param>
    /// <param name="seed">Selects the mutants.</param>
    /// <param name="number">The number of the mutant, from 0.</param>
    /// <returns>Text whose characters up to U+00FF stand for bytes; see <see cref="Bytes"/>.</returns>
    public static string Of(string kind, int seed, int number)
    {
        var random = new Random(HashCodeOf(kind, seed, number));
        if (kind.EndsWith(Specimens.Wrapped, StringComparison.Ordinal)) return Wrapped(kind[..^Specimens.Wrapped.Length], seed, number, random);
        if (kind == "jwt") return Jwt(number, random);
        var specimens = Specimens.Of(kind);
        if (number < specimens.Count) return specimens[number];
        var mutant = new Mutator(random).Mutate(specimens[random.Next(specimens.Count)], specimens);
        // Mostly, the length is the right one: a wrong one hides what is in the body.
        return kind == "response" && random.Next(4) > 0 ? WithLength(mutant) : mutant;
    }

    /// <summary>Characters up to U+00FF as bytes, others as UTF-8; half a surrogate pair as the three bytes that UTF-8 forbids.</summary>
    public static byte[] Bytes(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] <= '\u00ff') bytes.Add((byte)text[at]);
            else if (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1])) bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(at++, 2)));
            else bytes.AddRange([(byte)(0xE0 | (text[at] >> 12)), (byte)(0x80 | ((text[at] >> 6) & 0x3F)), (byte)(0x80 | (text[at] & 0x3F))]);
        }

        return [.. bytes];
    }

    /// <summary>A stable hash (FNV-1a): <see cref="HashCode"/> differs between processes.</summary>
    private static int HashCodeOf(string kind, int seed, int number)
    {
        var hash = 2166136261u;
        foreach (var c in string.Create(CultureInfo.InvariantCulture, $"{kind}/{seed}/{number}")) hash = (hash ^ c) * 16777619u;
        return (int)hash;
    }

    /// <summary>A response whose body is a mutant; its head is one mostly as it should be.</summary>
    private static string Wrapped(string kind, int seed, int number, Random random)
    {
        var heads = Specimens.Of("head");
        var head = number < heads.Count || random.Next(2) == 0 ? heads[0] : heads[random.Next(heads.Count)];
        if (number >= heads.Count && random.Next(4) == 0) head = new Mutator(random).Mutate(head, heads);
        var body = Of(kind, seed, number);
        return $"{head}Content-Length: {Bytes(body).Length}\r\n\r\n{body}";
    }

    private static string Jwt(int number, Random random)
    {
        var parts = Specimens.Of("jwt");
        var mutator = new Mutator(random);
        var header = parts[number < parts.Count ? 0 : random.Next(2)];
        var claims = parts[number < parts.Count ? number : random.Next(parts.Count)];
        if (number < parts.Count) return Compact(header, claims);
        if (random.Next(3) == 0) header = mutator.Mutate(header, parts);
        if (random.Next(4) > 0) claims = mutator.Mutate(claims, parts);
        var compact = Compact(header, claims);
        return random.Next(4) == 0 ? mutator.Mutate(compact, [compact]) : compact;
    }

    private static string Compact(string header, string claims) => $"{Base64Url.Encode(Bytes(header))}.{Base64Url.Encode(Bytes(claims))}.c2lnbmF0dXJl";

    private static string WithLength(string response)
    {
        var head = response.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return head < 0 ? response : Length().Replace(response, $"Content-Length: {Bytes(response[(head + 4)..]).Length}", 1);
    }

    [GeneratedRegex("Content-Length: [0-9]+")]
    private static partial Regex Length();
}
