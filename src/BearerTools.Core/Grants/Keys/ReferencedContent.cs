using System.Text;
using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>The bytes in the place of a key. A PFX is no text, so files are read as they are.</summary>
internal sealed class ReferencedContent
{
    private const string File = "file:";

    /// <summary>A device may have no end.</summary>
    private const int LongestKey = 1024 * 1024;

    private readonly Func<byte[]> _read;

    /// <param name="reference"><c>file:PATH</c>, the path absolute, or another reference of <see cref="SecretReference"/>.</param>
    /// <exception cref="BearerTokenException">It is no reference. It is not repeated: it may be the key itself.</exception>
    public ReferencedContent(string reference)
    {
        // No path has quotation marks, and every JWK has.
        if (reference.Contains("-----BEGIN", StringComparison.Ordinal) || reference.Contains('"', StringComparison.Ordinal))
        {
            throw new BearerTokenException("This is a key itself, not the place of one (it is not shown).")
            {
                ErrorId = "InvalidKeyReference",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Give the path of its file, or env:NAME. What was typed may be in the history: make a new key.",
            };
        }

        Text = reference;
        var secret = SecretReference.Parse(reference);
        _read = reference.StartsWith(File, StringComparison.OrdinalIgnoreCase)
            ? () => ReadFile(reference[File.Length..])
            : () => Encoding.UTF8.GetBytes(secret.Read().Reveal());
    }

    /// <summary>The place as it was given.</summary>
    public string Text { get; }

    /// <exception cref="BearerTokenException">There is nothing there that can be read.</exception>
    public byte[] Read() => _read();

    private static byte[] ReadFile(string path)
    {
        try
        {
            return SpecialFile.Is(path) ? SpecialFile.ReadAllBytes(path, LongestKey) : System.IO.File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw KeyErrors.NotFound($"There is no key file {path}.", "Check the path.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw KeyErrors.NotFound($"The key file {path} cannot be read: {e.Message}", "Check who may read it.");
        }
    }
}
