using System.Runtime.InteropServices;
using System.Text;

namespace BearerTools.Json;

/// <summary>
/// Caches short strings. Data repeats itself (states, cities, types), and sharing a string saves time and memory. A string that occurs
/// only once is not kept: it would outlive its object, and objects that survive are a burden to the garbage collector.
/// </summary>
internal sealed class JsonTextCache
{
    private const int Slots = 1024;
    private const int LongestText = 32;

    private readonly string?[] _texts = new string?[Slots];
    private readonly uint[] _seen = new uint[Slots];

    public string Decode(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > LongestText) return JsonText.Decode(text, escaped: false);
        var hash = Hash(text);
        var slot = hash >> 22;
        if (_texts[slot] is { } known && Ascii.Equals(text, known)) return known;
        var decoded = JsonText.Decode(text, escaped: false);
        if (_seen[slot] == hash) _texts[slot] = decoded;
        else _seen[slot] = hash;
        return decoded;
    }

    private static uint Hash(ReadOnlySpan<byte> text)
    {
        uint hash;
        if (text.Length >= sizeof(uint)) hash = (MemoryMarshal.Read<uint>(text) * 31) ^ MemoryMarshal.Read<uint>(text[^sizeof(uint)..]);
        else hash = ((uint)text[0] << 16) ^ ((uint)text[text.Length / 2] << 8) ^ text[^1];
        return (hash + (uint)text.Length) * 0x9E3779B1;
    }
}
