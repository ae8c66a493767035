using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Language;
using BearerTools.Profiles.Repository;
using BearerTools.Profiles.Saved;
using BearerTools.Security;

namespace BearerTools.Session;

/// <summary>
/// The file of profiles of the repository that the session's location is in. It is ignored, with a warning once per session, until the user
/// approves its content. Only to be used on the pipeline thread.
/// </summary>
internal static class RepositoryProfiles
{
    private const int MaxNamed = 1000;
    private const int MaxShown = 10_000;

    /// <summary>The contents that a warning has named, by path, state and hash.</summary>
    private static readonly ConcurrentDictionary<string, bool> s_named = new(StringComparer.Ordinal);

    /// <summary>The files that the user has approved.</summary>
    public static TrustedFiles TrustedFiles => new(Path.Join(ProfileFolder.Path, Profiles.Repository.TrustedFiles.FileName));

    /// <summary>The nearest file at or above the session's location in the file system, or <see langword="null"/>.</summary>
    public static string? PathAt(PSCmdlet command) => PathAt(command.SessionState.Path);

    /// <summary>The approved file here, or <see langword="null"/>. A file that is ignored is named once.</summary>
    /// <exception cref="BearerTokenException">An approved file is not valid.</exception>
    public static ProfileFile? Approved(PSCmdlet command)
    {
        if (PathAt(command) is not { } path) return null;
        var (file, ignored) = Read(path);
        if (ignored is not null && s_named.Count < MaxNamed && s_named.TryAdd($"{path}\0{file?.Hash}\0{ignored}", true))
            command.WriteWarning(ignored);
        return ignored is null && file is not null ? ProfileFile.Parse(file.Path, file.Content) : null;
    }

    /// <summary>The approved file at the location of the current runspace, without a warning.</summary>
    public static ProfileFile? ApprovedHere()
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Get-Location").AddParameter("PSProvider", "FileSystem");
        return shell.Invoke<PathInfo>() is [{ ProviderPath: var folder }, ..] && RepositoryFile.Find(folder) is { } path
            && Read(path) is ({ } file, null) ? ProfileFile.Parse(file.Path, file.Content) : null;
    }

    /// <summary>The error for a missing profile, which may be in a file that is ignored.</summary>
    public static BearerTokenException WithHint(PSCmdlet command, BearerTokenException missing) =>
        PathAt(command) is not { } path || Read(path).Ignored is not { } ignored
            ? missing
            : new BearerTokenException(missing.Message)
            {
                ErrorId = missing.ErrorId,
                Kind = missing.Kind,
                NextStep = $"{missing.NextStep} {ignored}",
            };

    private static string? PathAt(PathIntrinsics location) => RepositoryFile.Find(location.CurrentFileSystemLocation.ProviderPath);

    /// <summary>The file, and why it is ignored; <see langword="null"/> if it is approved.</summary>
    private static (RepositoryFile? File, string? Ignored) Read(string path)
    {
        RepositoryFile? file;
        try
        {
            file = RepositoryFile.Read(path);
        }
        catch (BearerTokenException e)
        {
            return (null, Shown($"The profiles of the repository are ignored: {e.Message}"));
        }

        if (file is null) return (null, null);
        TrustState state;
        try
        {
            state = TrustedFiles.StateOf(file);
        }
        catch (BearerTokenException e)
        {
            // Saved profiles do not depend on it.
            return (file, Shown($"{path} is ignored, because the list of approved files cannot be used: {e.Message} {e.NextStep}"));
        }

        var next = $"To see what it contains and to approve it, run Approve-BearerProfile -Path {Quoted(path)}.";
        return state switch
        {
            TrustState.Trusted => (file, null),
            TrustState.Changed => (file, Shown($"{path} is ignored, because it has changed since you approved it. {next}")),
            _ => (file, Shown($"{path} is ignored, because you have not approved it. {next}")),
        };
    }

    /// <summary>The folders of a repository are named by others.</summary>
    private static string Shown(string text) => ServerText.Clean(text, MaxShown);

    /// <summary>A path in quotation marks, which PowerShell knows several of: users copy the command.</summary>
    private static string Quoted(string path) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(path)}'";
}
