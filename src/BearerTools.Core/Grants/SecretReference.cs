using System.Text;
using BearerTools.Diagnostics;
using BearerTools.Grants.References;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// A secret or its location: a value, or a place that is read again for each use (<c>env:NAME</c>, <c>file:PATH</c>), or for each token
/// request if reading may take long (<c>command:PROGRAM</c>, <c>vault:NAME</c>, <c>automation:NAME</c>).
/// </summary>
internal sealed class SecretReference
{
    /// <summary>Maximum size, in bytes.</summary>
    public const int LongestSecret = 1024 * 1024;

    /// <summary>Prefix of a secret in a vault of SecretManagement, which only a session can read.</summary>
    public const string VaultScheme = "vault";

    /// <summary>Prefix of a credential or variable of Azure Automation, which only a session can read.</summary>
    public const string AutomationScheme = "automation";

    /// <summary>A value that was read this recently is not read again for the token request that follows.</summary>
    private static readonly TimeSpan s_recent = TimeSpan.FromSeconds(10);

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Dictionary<string, Func<string, string>> s_schemes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["env"] = ReadVariable,
        ["file"] = ReadFile,
    };

    private static readonly string[] s_slowSchemes = [CommandSecret.Scheme, VaultScheme, AutomationScheme];

    private static long s_count;

    private readonly Secret? _literal;
    private readonly Func<string>? _read;
    private readonly ISecretReader? _slow;
    private readonly bool _isDeferred;
    private volatile Secret? _loaded;
    private long _loadedAt;
    private readonly long _number = Interlocked.Increment(ref s_count);

    private SecretReference(Secret literal) => _literal = literal;

    private SecretReference(string text, Func<string> read, bool isDeferred = false)
    {
        Text = text;
        _read = read;
        _isDeferred = isDeferred;
    }

    private SecretReference(string text, ISecretReader slow)
    {
        Text = text;
        _slow = slow;
    }

    /// <summary>The reference as the user gave it; <see langword="null"/> for a value. <see cref="Shown"/> is for messages.</summary>
    public string? Text { get; }

    /// <summary>
    /// The reference as a part of cache keys. That of a program is unlike every other: the program may return the token of another user
    /// at any time, so that a token it once returned must not be found by its name.
    /// </summary>
    public string? Place => _slow is CommandSecret ? $"{Text}\n{_number}" : Text;

    /// <summary>The reference for messages; <see langword="null"/> for a value.</summary>
    public string? Shown => _slow?.Shown ?? Text;

    /// <summary>True if reading again may return another value.</summary>
    public bool CanChange => _literal is null;

    /// <summary>True if reading may take long, so that <see cref="LoadAsync"/> has to come before each token request.</summary>
    public bool IsSlow => _slow is not null;

    /// <summary>
    /// The current value, to identify a token by. <see langword="null"/> if reading may take long, or if the secret is missing and only
    /// needed for a token request: such a token is identified by the reference alone, so that one that exists is found without reading.
    /// </summary>
    public Secret? Immediate => IsSlow ? null : _isDeferred ? ReadIfPresent() : Read();

    /// <summary>The text that identifies a token: the current value or, if reading may take long, the reference.</summary>
    public string KeyText => Immediate?.Reveal() ?? Text!;

    /// <summary>Returns true if a text is a reference, not the path of a file.</summary>
    public static bool IsReference(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            && (s_schemes.ContainsKey(text[..colon]) || s_slowSchemes.Contains(text[..colon], StringComparer.OrdinalIgnoreCase));

    public static SecretReference To(Secret literal) => new(literal);

    /// <summary>Creates a reference to a place that takes long to read.</summary>
    public static SecretReference To(string text, ISecretReader reader) => new(text, reader);

    /// <summary>Parses <c>env:NAME</c>, <c>file:PATH</c> with an absolute path, or <c>command:PROGRAM ARGUMENTS</c>.</summary>
    /// <exception cref="BearerTokenException">The text is neither. The error does not quote it: it may be the secret itself.</exception>
    public static SecretReference Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && s_schemes.TryGetValue(text[..colon], out var read) && text[(colon + 1)..] is { Length: > 0 } place)
            return new SecretReference(text, () => read(place));
        if (colon > 0 && text[..colon].Equals(CommandSecret.Scheme, StringComparison.OrdinalIgnoreCase))
            return new SecretReference(text, new CommandSecret(text[(colon + 1)..]));
        throw Unreadable("InvalidSecretReference", BearerErrorKind.InvalidArgument,
            "The secret reference is not valid (it is not shown because it may be the secret itself).",
            "Use env:NAME for an environment variable, file:PATH for a file, command:PROGRAM for the output of a program, or vault:NAME "
                + "for a secret of SecretManagement.");
    }

    /// <summary>The value. If reading may take long, it is the last one that was loaded; if none was, it is read now.</summary>
    /// <exception cref="BearerTokenException">The place is empty or cannot be read.</exception>
    public Secret Read() => _literal ?? (_slow is null ? Usable(_read!()) : _loaded ?? Keep(_slow.Read()));

    /// <summary>
    /// The same reference for a token that may be in a store: if the secret is missing, the token request fails, and not the command that
    /// names the secret.
    /// </summary>
    public SecretReference Deferred() => _read is null ? this : new SecretReference(Text!, _read, isDeferred: true);

    /// <summary>Reads a place that takes long to read; other references are read when their value is used.</summary>
    /// <exception cref="BearerTokenException">The place is empty or cannot be read.</exception>
    public async ValueTask LoadAsync(IEventSink events, CancellationToken cancel)
    {
        if (_slow is null) return;
        if (_loaded is not null && Environment.TickCount64 - Interlocked.Exchange(ref _loadedAt, long.MinValue / 2)
            < s_recent.TotalMilliseconds) return;
        if (events.IsEnabled(EventLevel.Verbose)) events.Write(new SecretRead(_slow.Shown));
        Keep(await _slow.ReadAsync(events, cancel).ConfigureAwait(false));
        Interlocked.Exchange(ref _loadedAt, long.MinValue / 2);
    }

    /// <summary>The last output of a program; <see langword="null"/> for other places, and if it was not run.</summary>
    public Secret? Output => _slow is CommandSecret ? _loaded : null;

    /// <summary>Runs the program on this thread, without any effect on the values that the source uses.</summary>
    /// <exception cref="BearerTokenException">The program failed, or returned nothing.</exception>
    public Secret ReadProgram() => Usable(_slow!.Read().Reveal());

    /// <summary>Stores the successor of the secret, such as a rotated refresh token, in places that can be written.</summary>
    public Task StoreAsync(Secret successor, IEventSink events, CancellationToken cancel) =>
        _slow?.StoreAsync(successor, events, cancel) ?? Task.CompletedTask;

    /// <summary>The value of a place that is read at once, or <see langword="null"/> if it is missing.</summary>
    public Secret? ReadIfPresent()
    {
        try
        {
            return Read();
        }
        catch (BearerTokenException)
        {
            return null;
        }
    }

    /// <summary>Keeps a value that was just read, for the token request that follows.</summary>
    public Secret Keep(Secret read)
    {
        var usable = Usable(read.Reveal());
        _loaded = usable;
        Interlocked.Exchange(ref _loadedAt, Environment.TickCount64);
        return usable;
    }

    private Secret Usable(string value)
    {
        if (value.EndsWith('\n')) value = value[..^(value.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1)];
        return value.Length > 0
            ? new Secret(value)
            : throw Unreadable("SecretEmpty", BearerErrorKind.NotFound, $"{Shown} is empty.",
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
            using var reader = new StreamReader(new MemoryStream(RegularFile.ReadAllBytes(path, LongestSecret)), s_strict);
            var text = reader.ReadToEnd();
            return text.Contains('\0', StringComparison.Ordinal) ? throw NoText(path) : text;
        }
        catch (DecoderFallbackException)
        {
            throw NoText(path);
        }
        catch (NotRegularFileException e)
        {
            throw Unreadable("SecretUnreadable", BearerErrorKind.Permission, $"The secret cannot be read: {e.Message}",
                "A secret is read again whenever it is needed, so it has to be in a file. For the output of a program, use "
                    + "command:PROGRAM.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unreadable("SecretNotFound", BearerErrorKind.NotFound, $"The file {path} does not exist.",
                $"Check the path in file:{path}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unreadable("SecretUnreadable", BearerErrorKind.Permission, $"The file {path} cannot be read: {e.Message}",
                $"Check the path in file:{path} and the file's permissions.");
        }
    }

    private static BearerTokenException NoText(string path) => Unreadable(
        "SecretUnreadable", BearerErrorKind.InvalidData, $"The file {path} is not a text in UTF-8.",
        "Save the secret as text in UTF-8, without null characters.");

    private static BearerTokenException Unreadable(string id, BearerErrorKind kind, string message, string nextStep) =>
        new(message) { ErrorId = id, Kind = kind, NextStep = nextStep };
}
