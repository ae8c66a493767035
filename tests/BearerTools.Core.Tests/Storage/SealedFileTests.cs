using System.Security.Cryptography;
using BearerTools.Storage.Files;

namespace BearerTools.Tests.Storage;

public sealed class SealedFileTests
{
    private readonly StoreKey _key = StoreKey.Create();
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(100);
    private readonly byte[] _file;

    public SealedFileTests() => _file = SealedFile.Seal(_key, "ID", _content);

    [Fact]
    public void A_sealed_content_is_opened_with_the_key_and_the_identity_it_was_sealed_for()
    {
        Assert.Equal(SealedFileFault.None, SealedFile.Open(_key, "ID", _file, out var content));
        Assert.Equal(_content, content);
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_not_opened()
    {
        for (var at = 0; at < _file.Length; at++)
        {
            var changed = _file.ToArray();
            changed[at] ^= 1;
            Assert.NotEqual(SealedFileFault.None, SealedFile.Open(_key, "ID", changed, out var content));
            Assert.Empty(content);
        }
    }

    [Fact]
    public void A_file_of_any_shorter_length_is_not_opened()
    {
        for (var length = 0; length < _file.Length; length++)
            Assert.NotEqual(SealedFileFault.None, SealedFile.Open(_key, "ID", _file.AsSpan(0, length), out _));
    }

    [Fact]
    public void A_file_of_another_identity_is_foreign() => Assert.Equal(SealedFileFault.Foreign, SealedFile.Open(_key, "OTHER", _file, out _));

    [Fact]
    public void A_file_of_another_program_is_foreign() => Assert.Equal(SealedFileFault.Foreign, SealedFile.Open(_key, "ID", "{\"access_token\":1}"u8, out _));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(40)]
    public void A_file_that_is_empty_or_whose_end_is_missing_is_truncated(int length) =>
        Assert.Equal(SealedFileFault.Truncated, SealedFile.Open(_key, "ID", _file.AsSpan(0, length), out _));

    [Fact]
    public void A_file_with_another_key_is_recognised() => Assert.Equal(SealedFileFault.OtherKey, SealedFile.Open(StoreKey.Create(), "ID", _file, out _));

    [Fact]
    public void A_file_of_a_newer_version_is_recognised_by_its_first_ten_bytes()
    {
        byte[] newer = [.. _file[..8], 0, 2];
        Assert.Equal(SealedFileFault.NewerVersion, SealedFile.Open(_key, "ID", newer, out _));
    }

    [Fact]
    public void The_same_content_is_never_sealed_to_the_same_bytes() =>
        Assert.NotEqual(_file[86..], SealedFile.Seal(_key, "ID", _content)[86..]);
}
