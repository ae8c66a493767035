using BearerTools.Diagnostics.Tracing.Export;
using BearerTools.Grants.Login;
using BearerTools.Http.Bodies;
using BearerTools.Security;
using BearerTools.Storage.Files;

namespace BearerTools.Composition;

/// <summary>Files with the trace. Only their owner can read them.</summary>
internal static class TraceFiles
{
    private const string TemporaryPrefix = "bearertools-";
    private const string TemporaryName = "trace.html";

    /// <summary>True if the path is that of a page.</summary>
    public static bool IsPage(string path) => Path.GetExtension(path).ToLowerInvariant() is ".html" or ".htm";

    /// <summary>The file that is written: where the path is a link, the one that it leads to.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="keepsExisting">True if an existing file is an error.</param>
    /// <param name="force">True if a file that is read-only may be replaced.</param>
    /// <exception cref="BearerRequestException">There cannot be such a file, or it must not be replaced.</exception>
    public static string Target(string path, bool keepsExisting, bool force)
    {
        if (Directory.Exists(path)) throw Error("NotAFile", BearerErrorKind.InvalidArgument, $"'{path}' is a folder.", "Add a file name.");
        if (Path.EndsInDirectorySeparator(path) || !Directory.Exists(Path.GetDirectoryName(path)))
        {
            var folder = Path.GetDirectoryName(path)!;
            throw Error(
                "FolderMissing", BearerErrorKind.NotFound, $"The folder '{folder}' does not exist.",
                $"Create it first: New-Item -ItemType Directory '{folder.Replace("'", "''", StringComparison.Ordinal)}'.");
        }

        try
        {
            var file = new FileInfo(SpecialFile.TargetOf(path));
            if (!file.Exists) return file.FullName;
            if (keepsExisting)
            {
                throw Error(
                    "FileExists", BearerErrorKind.File, $"The file '{path}' already exists.", "Use another path, or omit -NoClobber.");
            }

            if (file.IsReadOnly && !force)
                throw Error("FileReadOnly", BearerErrorKind.Permission, $"The file '{path}' is read-only.", "Use -Force to replace it.");
            if (SpecialFile.KindOf(path) is not { } kind) return file.FullName;
            if (SpecialFile.IsAmongDevices(path) || SpecialFile.IsAmongDevices(file.FullName)) return path;
            // Opening a FIFO waits for a reader, who may never come.
            throw Error("NotAFile", BearerErrorKind.InvalidArgument, $"'{path}' is {kind}, not a regular file.", "Use another path.");
        }
        catch (Exception e) when (e is not BearerRequestException && FileFault.IsCause(e))
        {
            throw FileFault.Writing(e, path);
        }
    }

    /// <summary>Replaces the file as a whole; a device, such as /dev/stdout, is written to.</summary>
    /// <param name="path">The path that <see cref="Target"/> returned.</param>
    /// <param name="entries">The entries.</param>
    /// <param name="isPage">True for a page, false for HAR.</param>
    /// <param name="includesBodies">True if traced bodies are written.</param>
    /// <param name="force">True if a file that is read-only may be replaced.</param>
    /// <exception cref="BearerRequestException">It cannot be written; an existing file is unchanged.</exception>
    public static void Write(string path, IReadOnlyList<BearerTraceEntry> entries, bool isPage, bool includesBodies, bool force)
    {
        try
        {
            var content = Content(entries, isPage, includesBodies);
            if (SpecialFile.Is(path))
            {
                using var special = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                special.Write(content);
                return;
            }

            // Windows does not rename over it.
            if (force && OperatingSystem.IsWindows() && new FileInfo(path) is { Exists: true, IsReadOnly: true } file)
                file.IsReadOnly = false;
            DurableFile.Write(path, content);
        }
        catch (Exception e) when (FileFault.IsCause(e))
        {
            throw FileFault.Writing(e, path);
        }
    }

    /// <summary>Writes a page to a new folder for temporary files that only this user can read.</summary>
    /// <returns>The path of the page.</returns>
    /// <exception cref="BearerRequestException">It cannot be written.</exception>
    public static string WriteTemporary(IReadOnlyList<BearerTraceEntry> entries, bool includesBodies)
    {
        try
        {
            var path = Path.Join(Directory.CreateTempSubdirectory(TemporaryPrefix).FullName, TemporaryName);
            Write(path, entries, isPage: true, includesBodies, force: false);
            return path;
        }
        catch (Exception e) when (e is not BearerRequestException && FileFault.IsCause(e))
        {
            throw FileFault.Writing(e, Path.GetTempPath());
        }
    }

    /// <summary>Opens a page in the browser.</summary>
    /// <exception cref="BearerRequestException">There is no browser, or it could not be started.</exception>
    public static async Task OpenAsync(string path, CancellationToken cancel)
    {
        try
        {
            await SystemBrowser.OpenPageAsync(path, cancel).ConfigureAwait(false);
        }
        catch (BearerTokenException e)
        {
            throw Error(
                e.ErrorId, BearerErrorKind.NotFound, e.Message,
                $"Open {path} yourself, or set the environment variable BROWSER to a browser.");
        }
    }

    private static ReadOnlySpan<byte> Content(IReadOnlyList<BearerTraceEntry> entries, bool isPage, bool includesBodies)
    {
        var content = new MemoryStream();
        if (isPage)
        {
            new WaterfallPage(includesBodies).Write(content, entries);
        }
        else
        {
            using var har = new HarWriter(content, includesBodies);
            har.Write(entries, typeof(TraceFiles).Assembly.GetName().Version!.ToString(3));
        }

        return content.GetBuffer().AsSpan(0, (int)content.Length);
    }

    private static BearerRequestException Error(string id, BearerErrorKind kind, string message, string nextStep) => new(message)
    {
        ErrorId = id,
        Kind = kind,
        NextStep = nextStep,
    };
}
