using System.Security.Cryptography;
using BearerTools.Security;

namespace BearerTools.Storage.Files;

/// <summary>The key that encrypts a store, and an id that recognises it without revealing it.</summary>
internal sealed class StoreKey
{
    public const int Length = 32;
    public const int IdLength = 16;

    private readonly byte[] _bytes;

    /// <summary>The key as its providers write it, so that redaction knows it.</summary>
    private readonly Secret _text;

    /// <param name="bytes">The key, which is copied.</param>
    public StoreKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length) throw new ArgumentException("A key has 32 bytes.", nameof(bytes));
        _bytes = bytes.ToArray();
        _text = new Secret(Convert.ToBase64String(bytes));
        Id = HMACSHA256.HashData(_bytes, "BearerTools store key id"u8)[..IdLength];
    }

    public byte[] Id { get; }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The key in Base64.</summary>
    public Secret Text => _text;

    public bool Equals(StoreKey other) => CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    public static StoreKey Create()
    {
        Span<byte> bytes = stackalloc byte[Length];
        RandomNumberGenerator.Fill(bytes);
        var key = new StoreKey(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }
}
