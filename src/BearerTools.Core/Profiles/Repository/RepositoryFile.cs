using System.Security.Cryptography;
using BearerTools.Profiles.Saved;

namespace BearerTools.Profiles.Repository;

/// <summary>
/// The file of profiles in a repository. Everyone who can change the repository can change it, so it is used only if the user has approved
/// exactly this content.
/// </summary>
/// <param name="Path">Full path.</param>
/// <param name="Content">The content, read once: what is hashed is what is used.</param>
internal sealed record RepositoryFile(string Path, byte[] Content)
{
    public const string Name = ".bearertools.json";

    /// <summary>Longest file, in bytes. Users have to read what they approve.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The root of a repository contains this folder, or in a worktree this file.</summary>
    private const string RootMark = ".git";

    /// <summary>SHA-256 of the content, in lower-case hexadecimal digits.</summary>
    public string Hash { get; } = Convert.ToHexString(SHA256.HashData(Content)).ToLowerInvariant();

    /// <summary>
    /// Finds the nearest file from a folder upwards, to the root of the repository or, outside of one, of the file system.
    /// </summary>
    /// <param name="folder">Full path.</param>
    /// <returns>The full path of the file, or <see langword="null"/>.</returns>
    public static string? Find(string folder)
    {
        for (var current = folder; current is not null; current = System.IO.Path.GetDirectoryName(current))
        {
            var path = System.IO.Path.Join(current, Name);
            if (System.IO.Path.Exists(path)) return path;
            if (System.IO.Path.Exists(System.IO.Path.Join(current, RootMark))) return null;
        }

        return null;
    }

    /// <summary>Reads the file. Group members may write to it, as they may to other files of a repository: the hash tells.</summary>
    /// <returns><see langword="null"/> if it does not exist.</returns>
    /// <exception cref="BearerTokenException">
    /// It cannot be read, is a link, is too long, or every user of the machine can write to it or to its folder.
    /// </exception>
    public static RepositoryFile? Read(string path) =>
        ProfileFiles.Content(path, MaxLength, UnixFileMode.OtherWrite) is { } content ? new(path, content) : null;
}
