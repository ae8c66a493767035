using System.Runtime.InteropServices;
using System.Text;

namespace BearerTools.Json;

/// <summary>
/// Short texts that came lately. Data repeats itself (states, cities, types), and a text that is shared costs neither
/// time to make nor memory to keep.
/// </summary>
internal sealed class JsonTextCache
{
    private const int Slots = 1024;
    private const int LongestText = 32;

    private readonly string[] _texts = new string[Slots];

    public string Decode(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > LongestText) return JsonText.Decode(text, escaped: false);
        ref var slot = ref _texts[Slot(text)];
        if (slot is not null && Ascii.Equals(text, slot)) return slot;
        return slot = JsonText.Decode(text, escaped: false);
    }

    private static int Slot(ReadOnlySpan<byte> text)
    {
        uint hash;
        if (text.Length >= sizeof(uint)) hash = (MemoryMarshal.Read<uint>(text) * 31) ^ MemoryMarshal.Read<uint>(text[^sizeof(uint)..]);
        else hash = ((uint)text[0] << 16) ^ ((uint)text[text.Length / 2] << 8) ^ text[^1];
        return (int)(((hash + (uint)text.Length) * 0x9E3779B1) >> 22);
    }
}
