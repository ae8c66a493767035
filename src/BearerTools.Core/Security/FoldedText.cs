using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BearerTools.Security;

/// <summary>
/// Case-insensitive polynomial hashes of substrings. The text is read once; each hash then takes one multiplication.
/// </summary>
internal sealed class FoldedText
{
    /// <summary>Odd, and random per process, so that no text can be made to collide with a secret.</summary>
    private static readonly ulong s_base = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    private readonly ulong[] _prefixes;

    public FoldedText(string text)
    {
        _prefixes = new ulong[text.Length + 1];
        for (var i = 0; i < text.Length; i++) _prefixes[i + 1] = (_prefixes[i] * s_base) + Fold(text[i]) + 1;
    }

    /// <summary>The hash of the characters from <paramref name="start"/> up to, but not including, <paramref name="end"/>.</summary>
    /// <param name="start">The first character.</param>
    /// <param name="end">The first character after the part.</param>
    /// <param name="power"><see cref="Power"/> of the part's length.</param>
    public ulong Hash(int start, int end, ulong power) => _prefixes[end] - (_prefixes[start] * power);

    public static ulong Hash(string text)
    {
        var hash = 0UL;
        foreach (var c in text) hash = (hash * s_base) + Fold(c) + 1;
        return hash;
    }

    public static ulong Power(int length)
    {
        var power = 1UL;
        for (var i = 0; i < length; i++) power *= s_base;
        return power;
    }

    /// <summary>
    /// Maps a character to a case-insensitive byte. All non-ASCII characters map to one value, because the hash distinguishes them.
    /// </summary>
    public static byte FoldToByte(char c) => c < 0x80 ? (byte)FoldAscii(c) : (byte)0x80;

    /// <summary>Single surrogates have no case, so they all count as equal: redact too much rather than too little.</summary>
    private static char Fold(char c) => c < 0x80 ? FoldAscii(c) : char.IsSurrogate(c) ? '\uD800' : char.ToUpperInvariant(c);

    private static char FoldAscii(char c) => char.IsAsciiLetterLower(c) ? (char)(c - 0x20) : c;
}
