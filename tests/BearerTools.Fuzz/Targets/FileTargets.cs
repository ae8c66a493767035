using System.Text.Json;
using BearerTools.Grants;
using BearerTools.Profiles.Import;
using BearerTools.Profiles.Repository;
using BearerTools.Profiles.Saved;
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
        Target.OfBytes("ProfileFiles", "profiles", bytes => _ = ProfileFile.Parse("/profiles.json", bytes).Names),
        Target.OfBytes("TrustedFiles", "profiles", bytes => InPrivateFile(bytes, path => _ = new TrustedFiles(path).StateOf(new("/a", bytes)))),
        Target.OfBytes("HttpClientEnvironments", "environments", bytes => Import(HttpClientEnvironments.Read([("/a", bytes)]))),
        Target.OfBytes("BrunoEnvironments", "bruno", bytes => Import([BrunoEnvironments.Read("/a.bru", bytes)])),
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

    /// <summary>In a folder that only its owner can write to, as lists of approved files must be.</summary>
    private static void InPrivateFile(byte[] content, Action<string> read)
    {
        var folder = Directory.CreateTempSubdirectory("fuzz");
        try
        {
            var path = Path.Join(folder.FullName, "trusted.json");
            File.WriteAllBytes(path, content);
            read(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Import(IEnumerable<ForeignEnvironment> environments)
    {
        foreach (var profile in environments.SelectMany(environment => EnvironmentMapping.Profiles(environment, string.Empty)))
            _ = JsonDocument.Parse(profile.Definition);
    }

    private static void Resume(DownloadNotes? notes)
    {
        using var request = new HttpRequestMessage();
        Resumption.From(3, notes).ApplyTo(request.Headers);
        // What is sent must be one header.
        if ($"{request.Headers.NonValidated}".Contains('\n', StringComparison.Ordinal)) throw new InvalidOperationException("A header has a line break.");
    }
}
