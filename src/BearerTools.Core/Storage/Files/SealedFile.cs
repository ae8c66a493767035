using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BearerTools.Storage.Files;

/// <summary>
/// The format of a stored file: a header that is authenticated, then the content encrypted with AES-256-GCM.
/// </summary>
/// <remarks>
/// Version 1, all numbers big-endian:
/// <code>
///  0   8  "BTSTORE" and a zero byte
///  8   2  version, 1
/// 10  16  key id
/// 26  32  SHA-256 of the identity
/// 58  12  nonce, random for each write
/// 70  16  authentication tag
/// 86      encrypted content
/// </code>
/// The first 58 bytes are the associated data, so that a file can neither be renamed to another identity nor changed. Every version begins
/// with the same 10 bytes.
/// </remarks>
internal static class SealedFile
{
    public const ushort Version = 1;

    /// <summary>Maximum length of a file.</summary>
    public const int Longest = 4 * 1024 * 1024;

    private const int VersionAt = 8;
    private const int KeyIdAt = 10;
    private const int IdentityAt = KeyIdAt + StoreKey.IdLength;
    private const int NonceAt = IdentityAt + SHA256.HashSizeInBytes;
    private const int NonceLength = 12;
    private const int TagAt = NonceAt + NonceLength;
    private const int TagLength = 16;
    private const int ContentAt = TagAt + TagLength;

    private static ReadOnlySpan<byte> Magic => "BTSTORE\0"u8;

    public static byte[] Seal(StoreKey key, string identity, ReadOnlySpan<byte> content)
    {
        var file = new byte[ContentAt + content.Length];
        var span = file.AsSpan();
        Magic.CopyTo(span);
        BinaryPrimitives.WriteUInt16BigEndian(span[VersionAt..], Version);
        key.Id.CopyTo(span[KeyIdAt..]);
        Digest(identity).CopyTo(span[IdentityAt..]);
        RandomNumberGenerator.Fill(span.Slice(NonceAt, NonceLength));
        using var cipher = new AesGcm(key.Bytes, TagLength);
        cipher.Encrypt(
            span.Slice(NonceAt, NonceLength), content, span[ContentAt..], span.Slice(TagAt, TagLength), span[..NonceAt]);
        return file;
    }

    /// <param name="key">The key.</param>
    /// <param name="identity">The identity that the file must belong to.</param>
    /// <param name="file">The complete file.</param>
    /// <param name="content">The content, or empty. The caller clears it.</param>
    public static SealedFileFault Open(StoreKey key, string identity, ReadOnlySpan<byte> file, out byte[] content)
    {
        content = [];
        if (file.Length < KeyIdAt && Magic.StartsWith(file[..Math.Min(file.Length, Magic.Length)])) return SealedFileFault.Truncated;
        if (!file.StartsWith(Magic)) return SealedFileFault.Foreign;
        var version = BinaryPrimitives.ReadUInt16BigEndian(file[VersionAt..]);
        if (version > Version) return SealedFileFault.NewerVersion;
        if (version != Version) return SealedFileFault.Corrupt;
        if (file.Length < ContentAt) return SealedFileFault.Truncated;
        if (!file.Slice(IdentityAt, SHA256.HashSizeInBytes).SequenceEqual(Digest(identity))) return SealedFileFault.Foreign;
        if (!file.Slice(KeyIdAt, StoreKey.IdLength).SequenceEqual(key.Id)) return SealedFileFault.OtherKey;
        var opened = new byte[file.Length - ContentAt];
        using var cipher = new AesGcm(key.Bytes, TagLength);
        try
        {
            cipher.Decrypt(
                file.Slice(NonceAt, NonceLength), file[ContentAt..], file.Slice(TagAt, TagLength), opened, file[..NonceAt]);
        }
        catch (AuthenticationTagMismatchException)
        {
            return SealedFileFault.Corrupt;
        }

        content = opened;
        return SealedFileFault.None;
    }

    private static byte[] Digest(string identity) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(identity));
}

/// <summary>Why a file cannot be opened.</summary>
internal enum SealedFileFault
{
    /// <summary>It can be opened.</summary>
    None,

    /// <summary>It was damaged or changed.</summary>
    Corrupt,

    /// <summary>It is empty, or its end is missing.</summary>
    Truncated,

    /// <summary>It is not a file of this store, or belongs to another identity.</summary>
    Foreign,

    /// <summary>A newer version of this module wrote it.</summary>
    NewerVersion,

    /// <summary>It is encrypted with another key.</summary>
    OtherKey,
}
