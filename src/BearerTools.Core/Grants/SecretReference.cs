using System.Text;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// A secret or its location: a value, or a place that is read again for each use (<c>env:NAME</c>, <c>file:PATH</c>). The
/// table of schemes lists the supported places.
/// </summary>
internal sealed class SecretReference
{
    /// <summary>Maximum size; a device file may be endless.</summary>
    private const int LongestSecret = 1024 * 1024;

    private static readonly Dictionary<string, Func<string, string>> s_schemes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["env"] = ReadVariable,
        ["file"] = ReadFile,
    };

    private readonly Secret? _literal;
    private readonly Func<string>? _read;

    private SecretReference(Secret literal) => _literal = literal;

    private SecretReference(string text, Func<string> read)
    {
        Text = text;
        _read = read;
    }

    /// <summary>The reference as the user gave it, which is not secret; <see langword="null"/> for a value.</summary>
    public string? Text { get; }

    /// <summary>True if reading again may return another value.</summary>
    public bool CanChange => _read is not null;

    /// <summary>Returns true if a text is a reference, not the path of a file.</summary>
    public static bool IsReference(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && s_schemes.ContainsKey(text[..colon]);

    public static SecretReference To(Secret literal) => new(literal);

    /// <summary>Parses <c>env:NAME</c> or <c>file:PATH</c> with an absolute path.</summary>
    /// <exception cref="BearerTokenException">The text is neither. The error does not quote it: it may be the secret itself.</exception>
    public static SecretReference Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && s_schemes.TryGetValue(text[..colon], out var read) && text[(colon + 1)..] is { Length: > 0 } place)
            return new SecretReference(text, () => read(place));
        throw Unreadable("InvalidSecretReference", BearerErrorKind.InvalidArgument,
            "The secret reference is not valid (it is not shown because it may be the secret itself).",
            "Use env:NAME for an environment variable, or file:PATH for a file.");
    }

    /// <exception cref="BearerTokenException">The place is empty or cannot be read.</exception>
    public Secret Read()
    {
        if (_literal is not null) return _literal;
        var value = _read!();
        if (value.EndsWith('\n')) value = value[..^(value.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1)];
        return value.Length > 0
            ? new Secret(value)
            : throw Unreadable("SecretEmpty", BearerErrorKind.NotFound, $"{Text} is empty.",
                "Put the secret there, or use another reference.");
    }

    private static string ReadVariable(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw Unreadable("SecretNotFound", BearerErrorKind.NotFound, $"The environment variable {name} is not set.",
            $"Set the variable first, or correct the name in env:{name}.");

    private static string ReadFile(string path)
    {
        if (!Path.IsPathFullyQualified(path))
        {
            throw Unreadable("InvalidSecretReference", BearerErrorKind.InvalidArgument, $"The path in file:{path} is relative.",
                "Use an absolute path.");
        }

        try
        {
            return SpecialFile.Is(path)
                ? Encoding.UTF8.GetString(SpecialFile.ReadAllBytes(path, LongestSecret)).TrimStart('\uFEFF')
                : new FileInfo(path).Length <= LongestSecret ? File.ReadAllText(path)
                : throw new IOException("It is longer than 1 MiB, the limit for a secret.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var found = e is not (FileNotFoundException or DirectoryNotFoundException);
            throw Unreadable(found ? "SecretUnreadable" : "SecretNotFound", found ? BearerErrorKind.Permission : BearerErrorKind.NotFound,
                found ? $"The file {path} cannot be read: {e.Message}" : $"The file {path} does not exist.",
                $"Check the path in file:{path} and the file's permissions.");
        }
    }

    private static BearerTokenException Unreadable(string id, BearerErrorKind kind, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = kind, NextStep = nextStep };
}
