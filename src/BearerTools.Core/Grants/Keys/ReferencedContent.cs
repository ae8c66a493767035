using System.Text;
using BearerTools.Grants.References;
using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>The content of a key's location. Read as bytes, because a PFX is not text.</summary>
internal sealed class ReferencedContent
{
    private const string File = "file:";

    /// <summary>Maximum size, in bytes.</summary>
    private const int LongestKey = 1024 * 1024;

    private readonly Func<byte[]> _read;

    /// <param name="reference"><c>file:PATH</c> with an absolute path, or another reference of <see cref="SecretReference"/>.</param>
    /// <param name="parse">Parses a reference (default: <see cref="SecretReference.Parse"/>).</param>
    /// <exception cref="BearerTokenException">The text is not a reference. The error does not quote it: it may be the key
    /// itself.</exception>
    public ReferencedContent(string reference, Func<string, SecretReference>? parse = null)
    {
        // Every JWK contains quotation marks, and no path does; the command line of a program may.
        if (reference.Contains("-----BEGIN", StringComparison.Ordinal)
            || (reference.Contains('"', StringComparison.Ordinal) && !IsCommand(reference)))
        {
            throw new BearerTokenException("The value is a key, not the location of a key (it is not shown).")
            {
                ErrorId = "InvalidKeyReference",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Pass the path of its file, or env:NAME. The key may now be in the command history: create a new one.",
            };
        }

        var secret = (parse ?? SecretReference.Parse)(reference);
        // A relative path has become absolute.
        Text = reference = secret.Text!;
        Shown = secret.Shown!;
        _read = reference.StartsWith(File, StringComparison.OrdinalIgnoreCase)
            ? () => ReadFile(reference[File.Length..])
            : () => Encoding.UTF8.GetBytes(secret.Read().Reveal());
    }

    /// <summary>The location as the user gave it.</summary>
    public string Text { get; }

    /// <summary>The location for messages.</summary>
    public string Shown { get; }

    private static bool IsCommand(string reference) => reference.StartsWith($"{CommandSecret.Scheme}:", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="BearerTokenException">The location has no readable content.</exception>
    public byte[] Read() => _read();

    private static byte[] ReadFile(string path)
    {
        try
        {
            return RegularFile.ReadAllBytes(path, LongestKey);
        }
        catch (NotRegularFileException e)
        {
            throw KeyErrors.NotFound($"The key cannot be read: {e.Message}", "Pass the path of its file.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw KeyErrors.NotFound($"The key file {path} does not exist.", "Check the path.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw KeyErrors.NotFound($"The key file {path} cannot be read: {e.Message}", "Check the file's permissions.");
        }
    }
}
