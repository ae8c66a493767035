using System.Security;
using BearerTools.Security;

namespace BearerTools.Http.Bodies;

/// <summary>Errors of local files.</summary>
internal static class FileFault
{
    /// <summary>ENOSPC and EDQUOT on Linux, EDQUOT on macOS, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL on Windows.</summary>
    private static readonly int[] s_diskFull = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    public static bool IsCause(Exception e) =>
        e is IOException or UnauthorizedAccessException or SecurityException or NotSupportedException or ArgumentException;

    /// <summary>The error for a file that cannot be read for sending.</summary>
    public static BearerRequestException Reading(Exception cause, string path) =>
        cause is FileNotFoundException or DirectoryNotFoundException
        ? Missing(path, cause)
        : new BearerRequestException($"The file '{path}' cannot be read: {MessageOf(cause)}", cause)
        {
            ErrorId = "FileUnreadable",
            Kind = KindOf(cause),
            NextStep = "Check that you have permission to read it, and that no other process has it open for writing.",
        };

    public static BearerRequestException Missing(string path, Exception? cause = null) => new($"The file '{path}' does not exist.", cause)
    {
        ErrorId = "FileNotFound",
        Kind = BearerErrorKind.NotFound,
        NextStep = "Check the path; relative paths start at PowerShell's current location.",
    };

    /// <summary>The error for a file that no longer has the length that the request announced.</summary>
    public static BearerRequestException Changed(string path) => new(
        $"The file '{path}' changed while it was being sent: its size is different.")
    {
        ErrorId = "FileChanged",
        Kind = BearerErrorKind.File,
        NextStep = "Send it again when no other process is writing to it, or send a copy.",
    };

    /// <summary>The error for a response that cannot be saved.</summary>
    /// <param name="cause">The system's exception.</param>
    /// <param name="path">The file being written.</param>
    /// <param name="resumeAdvice">How to resume with the part already saved.</param>
    public static BearerRequestException Writing(Exception cause, string path, string? resumeAdvice = null)
    {
        var isFull = Array.IndexOf(s_diskFull, cause.HResult) >= 0;
        return new BearerRequestException(
            $"The file '{path}' cannot be written: {(isFull ? "the disk is full." : MessageOf(cause))}", cause)
        {
            ErrorId = isFull ? "DiskFull" : "FileUnwritable",
            Kind = KindOf(cause),
            NextStep = (isFull
                ? "Free disk space, or pass a path on another disk."
                : "Check that you have permission to write there, and that no other process has it open.")
                + (resumeAdvice is null ? null : " " + resumeAdvice),
        };
    }

    private static BearerErrorKind KindOf(Exception cause) =>
        cause is UnauthorizedAccessException or SecurityException ? BearerErrorKind.Permission : BearerErrorKind.File;

    private static string MessageOf(Exception cause) => ServerText.Clean(cause.Message);
}
