using System.Security;
using BearerTools.Security;

namespace BearerTools.Http.Bodies;

/// <summary>From what went wrong with a file of this machine to the error that says so.</summary>
internal static class FileFault
{
    /// <summary>ENOSPC and EDQUOT of Linux, EDQUOT of macOS, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.</summary>
    private static readonly int[] s_diskFull = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    public static bool IsCause(Exception e) =>
        e is IOException or UnauthorizedAccessException or SecurityException or NotSupportedException or ArgumentException;

    /// <summary>A file that is to be sent cannot be.</summary>
    public static BearerRequestException Reading(Exception cause, string path) => cause is FileNotFoundException or DirectoryNotFoundException
        ? Missing(path, cause)
        : new BearerRequestException($"The file '{path}' cannot be read: {Words(cause)}", cause)
        {
            ErrorId = "FileUnreadable",
            Kind = KindOf(cause),
            NextStep = "Check that you may read it, and that nothing else has it open for writing.",
        };

    public static BearerRequestException Missing(string path, Exception? cause = null) => new($"There is no file '{path}'.", cause)
    {
        ErrorId = "FileNotFound",
        Kind = BearerErrorKind.NotFound,
        NextStep = "Check the path; a relative one begins at PowerShell's current location.",
    };

    /// <summary>What cannot be sent as it was promised: the length of a request stands at its beginning.</summary>
    public static BearerRequestException Changed(string path) => new($"The file '{path}' became longer or shorter while it was sent.")
    {
        ErrorId = "FileChanged",
        Kind = BearerErrorKind.File,
        NextStep = "Send it when nothing writes to it any more, or send a copy.",
    };

    /// <summary>An answer cannot be saved.</summary>
    /// <param name="cause">What the system said.</param>
    /// <param name="path">The file that was written.</param>
    /// <param name="goOn">What to do with what is there already.</param>
    public static BearerRequestException Writing(Exception cause, string path, string? goOn = null)
    {
        var isFull = Array.IndexOf(s_diskFull, cause.HResult) >= 0;
        return new BearerRequestException($"The file '{path}' cannot be written: {(isFull ? "the disk is full." : Words(cause))}", cause)
        {
            ErrorId = isFull ? "DiskFull" : "FileUnwritable",
            Kind = KindOf(cause),
            NextStep = $"{(isFull ? "Make room, or give a path on another disk." : "Check that you may write there, and that nothing else has it open.")}{(goOn is null ? null : " " + goOn)}",
        };
    }

    private static BearerErrorKind KindOf(Exception cause) =>
        cause is UnauthorizedAccessException or SecurityException ? BearerErrorKind.Permission : BearerErrorKind.File;

    private static string Words(Exception cause) => ServerText.Clean(cause.Message);
}
