using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using BearerTools.Grants;
using BearerTools.Security;

namespace BearerTools.Fleet;

/// <summary>Where the server is that the workers on several machines share, and the key of what is stored there.</summary>
internal sealed partial record FleetOptions
{
    /// <summary>The variable with the connection: its text, or a reference to it.</summary>
    public const string ConnectionVariable = "BEARERTOOLS_REDIS";

    /// <summary>The variable with the key: 32 bytes in Base64, or a reference to them.</summary>
    public const string KeyVariable = "BEARERTOOLS_REDIS_KEY";

    /// <summary>The variable with the first part of the names of all keys in the server.</summary>
    public const string PrefixVariable = "BEARERTOOLS_REDIS_PREFIX";

    private const string DefaultPrefix = "bearertools";

    private const string Parameter = "-StoreConnection";

    /// <summary>The connection as it may be shown: a reference, or an address without a password.</summary>
    public required string Place { get; init; }

    /// <summary>
    /// The place of the connection, whose text may contain a password; <see langword="null"/> if <see cref="Place"/> is the address itself.
    /// </summary>
    public SecretReference? Connection { get; init; }

    /// <summary>Where the address stands, for messages.</summary>
    public string ShownPlace => Connection is null ? Parameter : Connection.Shown ?? "the given text";

    /// <summary>The address.</summary>
    /// <exception cref="BearerTokenException">Its place is empty or cannot be read, or the address is not valid.</exception>
    public FleetAddress Address => FleetAddress.Parse(Connection?.Read().Reveal() ?? Place, ShownPlace);

    /// <summary>Checks that the references lead to values, as far as reading them takes no time.</summary>
    /// <exception cref="BearerTokenException">A value is missing or empty.</exception>
    public void CheckReferences() => (_, _) = (Connection?.Immediate, Key?.Immediate);

    /// <summary>The key of the entries, or <see langword="null"/> if there is none: then only pacing can be shared.</summary>
    public SecretReference? Key { get; init; }

    /// <summary>The first part of the names of all keys in the server.</summary>
    public string Prefix { get; init; } = DefaultPrefix;

    /// <summary>
    /// Identifies the options within this process. A reference whose value has changed since leads to another server or key, so the values
    /// are a part of it, as digests.
    /// </summary>
    public string Id => $"{Place}\n{Digest(Connection)}\n{Key?.Text}\n{Digest(Key)}\n{Prefix}";

    /// <param name="connection">A reference, or an address without a password; <see langword="null"/> for that of the environment.</param>
    /// <param name="key">A reference to the key; <see langword="null"/> for that of the environment.</param>
    /// <param name="resolve">Resolves a reference that the user typed for a parameter.</param>
    /// <returns><see langword="null"/> if there is no connection.</returns>
    /// <exception cref="BearerTokenException">A reference or an address is not valid, or a password stands in the text.</exception>
    public static FleetOptions? Create(string? connection, string? key, Func<string, SecretReference> resolve)
    {
        var variable = Variable(ConnectionVariable);
        if (connection is null && variable is null) return null;
        var place = connection ?? (SecretReference.IsReference(variable!) ? variable! : $"env:{ConnectionVariable}");
        return new FleetOptions
        {
            Place = place,
            Connection = connection is null ? SecretReference.Parse(place)
                : SecretReference.IsReference(connection) ? resolve(connection) : WithoutPassword(connection),
            Key = key is not null ? resolve(key) : OfVariable(KeyVariable),
            Prefix = Variable(PrefixVariable) is not { } prefix ? DefaultPrefix
                : Prefixes().IsMatch(prefix) ? prefix : throw Invalid(
                    $"The environment variable {PrefixVariable} is not valid: '{ServerText.Clean(prefix, 60)}'.",
                    "Use letters, digits, '-', '_', '.' and ':', at most 60."),
        };
    }

    /// <summary>The options that the environment gives, or <see langword="null"/>.</summary>
    /// <exception cref="BearerTokenException">A reference is not valid.</exception>
    public static FleetOptions? OfEnvironment() => Create(null, null, SecretReference.Parse);

    /// <summary>The error for a command that needs a connection and has none.</summary>
    public static BearerTokenException Missing() => new("No Redis server is given.")
    {
        ErrorId = "StoreConnectionMissing",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = $"Set the environment variable {ConnectionVariable} to host:port or a rediss:// address, or use -StoreConnection.",
    };

    /// <summary>Checks an address that was typed.</summary>
    private static SecretReference? WithoutPassword(string connection)
    {
        if (FleetAddress.HasCredential(connection))
        {
            throw new BearerTokenException($"{Parameter} contains a user or a password (it is not shown).")
            {
                ErrorId = "StoreConnectionHasPassword",
                Kind = BearerErrorKind.Security,
                NextStep = $"Keep it as a secret, and refer to it: {Parameter} env:NAME, file:PATH, command:PROGRAM or vault:NAME.",
            };
        }

        FleetAddress.Parse(connection, Parameter);
        return null;
    }

    private static string Digest(SecretReference? reference)
    {
        try
        {
            return reference?.Immediate is { } value
                ? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(value.Reveal())), 0, 16)
                : string.Empty;
        }
        catch (BearerTokenException)
        {
            // The first use of the reference reports why.
            return string.Empty;
        }
    }

    private static SecretReference? OfVariable(string name) => Variable(name) is not { } text ? null
        : SecretReference.Parse(SecretReference.IsReference(text) ? text : $"env:{name}");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } text ? text : null;

    private static BearerTokenException Invalid(string message, string nextStep) => new(message)
    {
        ErrorId = "InvalidEnvironmentVariable",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };

    [GeneratedRegex(@"\A[A-Za-z0-9_.:-]{1,60}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Prefixes();
}
