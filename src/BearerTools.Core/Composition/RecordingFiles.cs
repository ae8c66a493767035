using BearerTools.Mocking;
using BearerTools.Mocking.Recordings;
using BearerTools.Storage.Files;

namespace BearerTools.Composition;

/// <summary>Files with recordings.</summary>
internal static class RecordingFiles
{
    /// <param name="path">Full path.</param>
    /// <param name="baseUri">The base address of the requests to read from a HAR file, or <see langword="null"/>.</param>
    /// <exception cref="BearerRequestException">The file cannot be read, or is no recording.</exception>
    public static Recording Read(string path, Uri? baseUri = null)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Error(path, "read", e, "Check the path, or record it with -Record.");
        }

        return RecordingReader.Read(path, content, baseUri);
    }

    /// <summary>Replaces the file.</summary>
    /// <exception cref="BearerRequestException">The file cannot be written; the old one is unchanged.</exception>
    public static void Write(string path, Recording recording)
    {
        try
        {
            DurableFile.Write(path, recording.ToUtf8());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Error(path, "written", e, "Check that its folder exists and can be written.");
        }
    }

    private static BearerRequestException Error(string path, string what, Exception e, string nextStep) => MockErrors.Error(
        "RecordingFileFailed", BearerErrorKind.File, $"The recording {path} cannot be {what}: {e.Message}", nextStep);
}
