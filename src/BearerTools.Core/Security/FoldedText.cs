using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BearerTools.Security;

/// <summary>
/// Polynomial hashes of a text's parts, without regard to case. One pass over the text; each hash of a part is then one multiplication.
/// </summary>
internal sealed class FoldedText
{
    /// <summary>Odd, and random in each process: a text cannot be made to collide with a secret.</summary>
    private static readonly ulong s_base = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    private readonly ulong[] _prefixes;

    public FoldedText(string text)
    {
        _prefixes = new ulong[text.Length + 1];
        for (var i = 0; i < text.Length; i++) _prefixes[i + 1] = (_prefixes[i] * s_base) + Fold(text[i]) + 1;
    }

    /// <summary>The hash of the characters from <paramref name="start"/> up to <paramref name="end"/>.</summary>
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

    /// <summary>The case-insensitive byte of a character; all beyond ASCII are one, because they are compared by their hash.</summary>
    public static byte FoldToByte(char c) => c < 0x80 ? (byte)FoldAscii(c) : (byte)0x80;

    /// <summary>Halves of surrogate pairs have no case of their own, so all of them count as equal: too much is redacted rather than too little.</summary>
    private static char Fold(char c) => c < 0x80 ? FoldAscii(c) : char.IsSurrogate(c) ? '\uD800' : char.ToUpperInvariant(c);

    private static char FoldAscii(char c) => char.IsAsciiLetterLower(c) ? (char)(c - 0x20) : c;
}
