using System.Runtime.InteropServices;
using System.Security;

namespace BearerTools.Json;

/// <summary>Gives a callback the characters of a SecureString, and clears them afterwards.</summary>
internal static class SecretText
{
    public delegate void Use(ReadOnlySpan<char> text);

    public static void Reveal(SecureString secret, Use use)
    {
        var text = GC.AllocateArray<char>(secret.Length, pinned: true);
        var unmanaged = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            Marshal.Copy(unmanaged, text, 0, text.Length);
            use(text);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(unmanaged);
            Array.Clear(text);
        }
    }
}
