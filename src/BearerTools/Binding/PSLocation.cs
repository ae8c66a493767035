using System.Buffers;
using System.Management.Automation;
using BearerTools.Grants;
using BearerTools.Grants.References;
using BearerTools.Http.Bodies;
using BearerTools.Session;

namespace BearerTools.Binding;

/// <summary>Resolves paths relative to PowerShell's current location, which .NET does not know.</summary>
internal static class PSLocation
{
    private const string FilePrefix = "file:";
    private const string FileSystem = "FileSystem";
    /// <summary>Characters that the engine gives a meaning, or replaces.</summary>
    private static readonly SearchValues<char> s_meaningful = SearchValues.Create("\0:\\`~*?[]");

    private const string InvalidId = "InvalidSecretReference";

    private const string NullCharacter = "it contains a null character";

    /// <summary>Resolves a reference to a secret; text without a prefix is a file path.</summary>
    public static SecretReference PathOrReference(PSCmdlet cmdlet, string text) =>
        Reference(cmdlet, SecretReference.IsReference(text) ? text : FilePrefix + text);

    /// <summary>Resolves a reference to a secret.</summary>
    /// <exception cref="BearerTokenException">
    /// The text is not a reference, or its path is not in the file system. The error names the parameter.
    /// </exception>
    public static SecretReference Reference(PSCmdlet cmdlet, string text)
    {
        try
        {
            return Resolve(cmdlet, text);
        }
        catch (BearerTokenException e) when (e.ErrorId == InvalidId && ParameterOf(cmdlet, text) is { } name)
        {
            throw new BearerTokenException($"-{name}: {e.Message}", e) { ErrorId = e.ErrorId, Kind = e.Kind, NextStep = e.NextStep };
        }
    }

    /// <summary>The name of the parameter that a reference was given to, or <see langword="null"/>.</summary>
    private static string? ParameterOf(PSCmdlet cmdlet, string text) => cmdlet.MyInvocation.BoundParameters
        .Where(bound => bound.Value is string value && (value == text || FilePrefix + value == text))
        .Select(bound => bound.Key)
        .FirstOrDefault();

    private static SecretReference Resolve(PSCmdlet cmdlet, string text)
    {
        if (HasScheme(text, SecretReference.VaultScheme)) return SecretReference.To(text, new VaultSecret(text));
        if (HasScheme(text, SecretReference.AutomationScheme)) return SecretReference.To(text, new AutomationSecret(text));
        if (!text.StartsWith(FilePrefix, StringComparison.OrdinalIgnoreCase) || text.Length == FilePrefix.Length)
            return SecretReference.Parse(text);
        if (text.Contains('\0', StringComparison.Ordinal)) throw NoSecretFile(NullCharacter, null);
        try
        {
            var full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(text[FilePrefix.Length..], out var provider, out _);
            if (provider.Name != FileSystem) throw NoSecretFile($"it belongs to the {provider.Name} provider", null);
            if (SecretFile.FirstWarning(full) is { } warning) cmdlet.WriteWarning(warning);
            return SecretReference.Parse(FilePrefix + full);
        }
        catch (Exception e) when (e is SessionStateException or PSNotSupportedException or PSArgumentException)
        {
            throw NoSecretFile(e.Message, e);
        }
    }

    /// <summary>A full path that means the same at each location, also in other providers.</summary>
    public static string InFileSystem(string fullPath) => $"{FileSystem}::{fullPath}";

    private static bool HasScheme(string text, string scheme) =>
        text.Length > scheme.Length + 1 && text[scheme.Length] == ':' && text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>The full path of a file that may not exist yet. Wildcards are not expanded.</summary>
    /// <exception cref="BearerRequestException">The path is not in the file system.</exception>
    public static string File(PSCmdlet cmdlet, string path)
    {
        if (IsPlain(path) && PlainFile(cmdlet, path) is { } plain) return plain;
        if (path.Contains('\0', StringComparison.Ordinal)) throw NotAFile(path, NullCharacter, null);
        try
        {
            var full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == FileSystem ? full : throw NotAFile(path, $"it belongs to the {provider.Name} provider", null);
        }
        catch (Exception e) when (e is SessionStateException or PSNotSupportedException or PSArgumentException)
        {
            throw NotAFile(path, e.Message, e);
        }
    }

    /// <summary>
    /// True for a path of names and slashes only, whose full path needs no engine. Off Windows, the engine reads the list of all mounts for
    /// each path, which takes longer than saving a small file.
    /// </summary>
    private static bool IsPlain(string path) =>
        !OperatingSystem.IsWindows() && path.Length > 0 && path[0] != '.' && path[^1] != '/' && !path.AsSpan().ContainsAny(s_meaningful)
            && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);

    /// <summary>The full path of a plain path; <see langword="null"/> if the current location is not on the drive of the root.</summary>
    private static string? PlainFile(PSCmdlet cmdlet, string path) =>
        cmdlet.SessionState.Drive.Current is { Root: "/", Provider.Name: FileSystem } drive
            ? path[0] == '/' ? path : Path.Join("/", drive.CurrentLocation, path)
            : null;

    /// <summary>The full path of an existing file: the literal path or, if there is none, the only match of the pattern.</summary>
    /// <exception cref="BearerRequestException">No file or several files match.</exception>
    public static string ExistingFile(PSCmdlet cmdlet, string path)
    {
        var literal = File(cmdlet, path);
        if (System.IO.File.Exists(literal)) return literal;
        if (Directory.Exists(literal)) throw NotAFile(path, "it is a folder", null);
        try
        {
            var matched = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _).Where(System.IO.File.Exists).ToArray();
            if (matched.Length == 1) return matched[0];
            if (matched.Length > 1) throw NotAFile(path, $"{matched.Length} files match", null);
        }
        catch (SessionStateException)
        {
            // No match.
        }

        throw FileFault.Missing(literal);
    }

    private static BearerTokenException NoSecretFile(string why, Exception? cause) =>
        new($"The reference to a file cannot be used: {why.TrimEnd('.')}.", cause)
        {
            ErrorId = InvalidId,
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Use file:PATH with the path of a file.",
        };

    /// <summary>The error for a path, or an object for one, that leads to no file.</summary>
    public static BearerRequestException NotAFile(string path, string why, Exception? cause = null) =>
        new($"'{path}' is not a file: {why.TrimEnd('.')}.", cause)
        {
            ErrorId = "NotAFile",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Pass the path of a file.",
        };
}
