using BearerTools.Storage.Files;

namespace BearerTools.Session;

/// <summary>The JSON schema of files of profiles, with which editors complete and check what is typed.</summary>
internal static class ProfileSchema
{
    public const string FileName = "profiles.schema.json";
    private const int Longest = 1024 * 1024;

    /// <summary>The schema that came with the module. The assembly is in the bin folder of the module.</summary>
    private static string Source =>
        Path.Join(Path.GetDirectoryName(Path.GetDirectoryName(typeof(ProfileSchema).Assembly.Location)), "docs", FileName);

    /// <summary>
    /// Writes the schema beside a file of profiles, which refers to it: the folder of the module changes with its version. A failure is
    /// ignored, since only editors use the schema.
    /// </summary>
    public static void WriteBeside(string path)
    {
        try
        {
            var schema = File.ReadAllBytes(Source);
            var copy = Path.Join(Path.GetDirectoryName(path), FileName);
            if (!DurableFile.TryRead(copy, Longest).AsSpan().SequenceEqual(schema)) DurableFile.Write(copy, schema);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The profile is saved.
        }
    }
}
