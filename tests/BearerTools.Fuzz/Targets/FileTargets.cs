using BearerTools.Grants;
using BearerTools.Running.Files;

namespace BearerTools.Fuzz.Targets;

/// <summary>Files that this module reads, and references to them.</summary>
internal static class FileTargets
{
    public static IEnumerable<Target> All { get; } =
    [
        Target.OfBytes("DownloadNotes", "note", bytes => InFile(bytes, path => Resume(DownloadNotes.Read(path)))),
        new("ResumePoints", "etag", text => Resume(new DownloadNotes(text, text, 6))),
        new("SecretReferences", "secret", text => _ = SecretReference.Parse(text).Read()),
        Target.OfBytes("SecretFiles", "secret", bytes => InFile(bytes, path => _ = SecretReference.Parse($"file:{path}").Read())),
    ];

    /// <summary>Calls with a file that has the content.</summary>
    public static void InFile(byte[] content, Action<string> read)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, content);
            read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Resume(DownloadNotes? notes)
    {
        using var request = new HttpRequestMessage();
        Resumption.From(3, notes).ApplyTo(request.Headers);
        // What is sent must be one header.
        if ($"{request.Headers.NonValidated}".Contains('\n', StringComparison.Ordinal)) throw new InvalidOperationException("A header has a line break.");
    }
}
