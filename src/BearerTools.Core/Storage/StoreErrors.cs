using BearerTools.Security;

namespace BearerTools.Storage;

/// <summary>The errors of token stores.</summary>
internal static class StoreErrors
{
    /// <summary>Error id of a lock that was not free in time.</summary>
    public const string LockedId = "StoreLocked";

    /// <summary>Id of the error if a server that keeps tokens cannot be reached, or does not respond in time.</summary>
    public const string UnavailableId = "StoreUnavailable";

    /// <summary>Id of the error if there is no space for an entry.</summary>
    public const string FullId = "StoreFull";

    /// <summary>Id of the error if another process has stored a newer token meanwhile, because the lock of this one has expired.</summary>
    public const string StaleId = "StoreStale";

    private const string MoveAway = "Move it away.";

    private const int LinuxDiskFull = 28; // ENOSPC
    private const int LinuxQuotaExceeded = 122; // EDQUOT
    private const int MacQuotaExceeded = 69; // EDQUOT
    private const int FileTooLarge = 27; // EFBIG
    private const int WindowsDiskFull = unchecked((int)0x80070070); // ERROR_DISK_FULL
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027); // ERROR_HANDLE_DISK_FULL

    /// <param name="holder">The process that holds the lock, or <see langword="null"/> if it is not known.</param>
    /// <param name="waited">How long this process waited.</param>
    public static BearerTokenException Locked(string? holder, TimeSpan waited) =>
        new($"The stored token is locked by {holder ?? "another process"}; waited {TimeText.Seconds(waited)}.")
        {
            ErrorId = LockedId,
            Kind = BearerErrorKind.Timeout,
            NextStep = "Try again. If that process hangs, end it: the lock is released with it.",
        };

    public static BearerTokenException LocksUnsupported(string path, int error) =>
        new($"The file system does not support locks (error {error}): {path}")
        {
            ErrorId = "StoreLocksUnsupported",
            Kind = BearerErrorKind.File,
            NextStep = "Keep the token store on a local file system.",
        };

    /// <param name="path">The file or folder.</param>
    /// <param name="cause">An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</param>
    public static BearerTokenException NotWritten(string path, Exception cause) => IsDiskFull(cause)
        ? new BearerTokenException($"The token store cannot be written, because the disk is full or a limit is reached: {path}", cause)
        {
            ErrorId = FullId,
            Kind = BearerErrorKind.File,
            NextStep = "Free some space. The previously stored token is unchanged.",
        }
        : new BearerTokenException($"The token store cannot be written: {cause.Message}", cause)
        {
            ErrorId = "StoreNotWritable",
            Kind = BearerErrorKind.File,
            NextStep = cause is NotRegularFileException
                ? MoveAway
                : $"Check the owner and the permissions of {path}. The previously stored token is unchanged.",
        };

    public static BearerTokenException NotRead(string path, Exception cause) =>
        new($"The token store cannot be read: {cause.Message}", cause)
        {
            ErrorId = "StoreNotReadable",
            Kind = BearerErrorKind.File,
            NextStep = cause is NotRegularFileException ? MoveAway : $"Check the owner and the permissions of {path}.",
        };

    /// <param name="path">The folder of the store.</param>
    /// <param name="file">The file at its place, or at that of a folder above it.</param>
    public static BearerTokenException NotAFolder(string path, string file) =>
        new($"The token store cannot be created at {path}: '{ServerText.Clean(file, 1000)}' is a file, not a folder.")
        {
            ErrorId = "StoreNotWritable",
            Kind = BearerErrorKind.File,
            NextStep = MoveAway,
        };

    /// <param name="path">The file or folder.</param>
    /// <param name="problem">What is wrong with it, as a clause.</param>
    /// <param name="nextStep">What to do.</param>
    public static BearerTokenException Unsafe(string path, string problem, string nextStep) =>
        new($"The token store is not safe: {path} {problem}.")
        {
            ErrorId = "StoreNotSafe",
            Kind = BearerErrorKind.Security,
            NextStep = nextStep,
        };

    public static BearerTokenException NoLocation() => new("This account has no folder for a token store: it has no home folder.")
    {
        ErrorId = "StoreLocationMissing",
        Kind = BearerErrorKind.File,
        NextStep = OperatingSystem.IsWindows() ? "Set LOCALAPPDATA." : "Set HOME, or XDG_DATA_HOME to an absolute path.",
    };

    public static BearerTokenException NotStorable(string flow, string reason) =>
        new($"The token of the flow {flow} cannot be stored: {reason}.")
        {
            ErrorId = "StoreNotPossible",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Use -Store Memory, or a flow that signs in a user or a client without such a secret or key.",
        };

    public static BearerTokenException NoFallback(string flow) =>
        new($"-StoreFallback Memory is not possible for the flow {flow}: its login is shared, and a worker alone cannot get another one.")
        {
            ErrorId = "StoreFallbackNotPossible",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Omit -StoreFallback, or use a flow that needs no shared login, such as client credentials.",
        };

    /// <param name="keeper">What keeps the key, such as <c>the key file PATH</c>.</param>
    /// <param name="problem">What is wrong with it, as a clause.</param>
    /// <param name="nextStep">What to do.</param>
    public static BearerTokenException KeyUnusable(string keeper, string problem, string nextStep) =>
        new($"The key of the token store cannot be used: {keeper} {problem}.")
        {
            ErrorId = "StoreKeyUnusable",
            Kind = BearerErrorKind.InvalidData,
            NextStep = nextStep,
        };

    /// <summary>The provider of the key is missing, locked, or does not work.</summary>
    /// <param name="errorId">Error id, such as <c>StoreKeyringLocked</c>.</param>
    /// <param name="message">What is missing, as a sentence.</param>
    /// <param name="nextStep">What to do about it; the other choices are added.</param>
    /// <param name="cause">The cause, or <see langword="null"/>.</param>
    public static BearerTokenException KeyUnavailable(string errorId, string message, string nextStep, Exception? cause = null) =>
        new(ServerText.Clean(message), cause)
        {
            ErrorId = errorId,
            Kind = BearerErrorKind.NotFound,
            NextStep = nextStep,
        };

    private static bool IsDiskFull(Exception cause) => cause is IOException
        && (OperatingSystem.IsWindows()
            ? cause.HResult is WindowsDiskFull or WindowsHandleDiskFull
            : cause.HResult is LinuxDiskFull or FileTooLarge
                || cause.HResult == (OperatingSystem.IsMacOS() ? MacQuotaExceeded : LinuxQuotaExceeded));
}
