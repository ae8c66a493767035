using System.Text;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// Where a secret is: in hand, or somewhere it is read from each time it is needed (<c>env:NAME</c>, <c>file:PATH</c>).
/// Another place is a line in the table of schemes.
/// </summary>
internal sealed class SecretReference
{
    /// <summary>A device may have no end.</summary>
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

    /// <summary>The reference as it was given, which is no secret; nothing for a secret in hand.</summary>
    public string? Text { get; }

    /// <summary>Whether reading again may give another value.</summary>
    public bool CanChange => _read is not null;

    /// <summary>Whether a text is a reference, and not the path of a file.</summary>
    public static bool IsReference(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && s_schemes.ContainsKey(text[..colon]);

    public static SecretReference To(Secret literal) => new(literal);

    /// <summary>Reads <c>env:NAME</c> or <c>file:PATH</c>, the path absolute.</summary>
    /// <exception cref="BearerTokenException">It is neither. It is not repeated: it may be the secret itself.</exception>
    public static SecretReference Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && s_schemes.TryGetValue(text[..colon], out var read) && text[(colon + 1)..] is { Length: > 0 } place)
            return new SecretReference(text, () => read(place));
        throw Unreadable("InvalidSecretReference", BearerErrorKind.InvalidArgument, "The reference to a secret cannot be read (it is not shown, in case it is the secret itself).",
            $"Give one of {string.Join(", ", s_schemes.Keys.Select(s => s + ":…"))}: env:NAME names an environment variable, file:PATH a file.");
    }

    /// <exception cref="BearerTokenException">There is nothing at that place.</exception>
    public Secret Read()
    {
        if (_literal is not null) return _literal;
        var value = _read!();
        if (value.EndsWith('\n')) value = value[..^(value.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1)];
        return value.Length > 0
            ? new Secret(value)
            : throw Unreadable("SecretEmpty", BearerErrorKind.NotFound, $"There is nothing in {Text}.", "Put the secret there, or name another place.");
    }

    private static string ReadVariable(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw Unreadable("SecretNotFound", BearerErrorKind.NotFound, $"The environment variable {name} is not set.", $"Set it before, or correct the name in env:{name}.");

    private static string ReadFile(string path)
    {
        if (!Path.IsPathFullyQualified(path))
        {
            throw Unreadable("InvalidSecretReference", BearerErrorKind.InvalidArgument, $"The path in file:{path} is relative.", "Give it in full.");
        }

        try
        {
            return SpecialFile.Is(path) ? Encoding.UTF8.GetString(SpecialFile.ReadAllBytes(path, LongestSecret)).TrimStart('\uFEFF') : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var found = e is not (FileNotFoundException or DirectoryNotFoundException);
            throw Unreadable(found ? "SecretUnreadable" : "SecretNotFound", found ? BearerErrorKind.Permission : BearerErrorKind.NotFound,
                found ? $"The file {path} cannot be read: {e.Message}" : $"There is no file {path}.", $"Check the path in file:{path}, and who may read it.");
        }
    }

    private static BearerTokenException Unreadable(string id, BearerErrorKind kind, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = kind, NextStep = nextStep };
}
