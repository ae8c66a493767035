using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using BearerTools.Fleet;
using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Tokens;
using StackExchange.Redis;

namespace BearerTools.Redis;

/// <summary>The errors of a Redis server.</summary>
internal static partial class RedisErrors
{
    /// <summary>Id of the error if the server reports one that nothing else explains.</summary>
    public const string FailedId = "StoreServerFailed";

    private const int LongestReason = 200;

    private const string Reachable = "Check that it runs and can be reached (redis-cli PING).";

    /// <summary>Codes of errors that pass: the server loads its data, has no primary, or has become a replica.</summary>
    private static readonly string[] s_passing =
    [
        "LOADING ", "MASTERDOWN ", "CLUSTERDOWN ", "TRYAGAIN ", "READONLY ", "BUSY ", "NOREPLICAS ", "MISCONF ",
    ];

    private static readonly string[] s_refusals = ["NOAUTH", "NOPERM", "WRONGPASS", "DENIED"];

    /// <summary>
    /// How servers say that an ACL forbids a command of a script. Redis before 7.2 does not say which one, but in which line.
    /// </summary>
    private static readonly string[] s_scriptRefusals = ["ACL failure", "executing the script can't", "executed a script that can't"];

    /// <param name="place">The server, for messages.</param>
    /// <param name="reason">The reason, as a clause.</param>
    /// <param name="nextStep">What to do about it.</param>
    /// <param name="cause">The cause, or <see langword="null"/>.</param>
    public static BearerTokenException Unavailable(string place, string reason, string nextStep, Exception? cause = null) =>
        new($"The Redis server {place} cannot be used: {ServerText.Clean(reason.TrimEnd('.'), LongestReason)}.", cause)
        {
            ErrorId = StoreErrors.UnavailableId,
            Kind = BearerErrorKind.Connection,
            NextStep = nextStep,
        };

    /// <summary>The error of a call that comes so soon after another one that it does not try.</summary>
    /// <param name="first">The error of that call.</param>
    /// <param name="isKnown">True if the server has responded to this process before, so that there are tokens in memory.</param>
    public static BearerTokenException Again(BearerTokenException first, bool isKnown) => new(first.Message, first)
    {
        ErrorId = first.ErrorId,
        Kind = first.Kind,
        NextStep = isKnown ? $"{first.NextStep} Until it responds, tokens in memory are used until they expire." : first.NextStep,
    };

    public static BearerTokenException OfSocket(string place, FleetHost host, SocketException cause) => cause.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => Unavailable(
            place, $"the host name {host.Name} is not known", "Check the name, and the name resolution (DNS) of this machine.", cause),
        SocketError.ConnectionRefused => Unavailable(
            place, $"{host} refuses connections: no server listens there", "Check the port, and that Redis runs (redis-cli PING).", cause),
        _ => Unavailable(place, $"{host} cannot be reached ({cause.Message})", Reachable, cause),
    };

    public static BearerTokenException OfCertificate(string place, CertificateException rejected) =>
        new($"The Redis server {place} cannot be used: {rejected.Message}", rejected)
        {
            ErrorId = rejected.ErrorId,
            Kind = rejected.Kind,
            NextStep = rejected.NextStep,
        };

    public static BearerTokenException NoDatabase(string place, int database, string reason, Exception cause) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"The Redis server {place} does not provide database {database}: {ServerText.Clean(reason, LongestReason)}"),
        cause)
    {
        ErrorId = "StoreDatabaseUnavailable",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Correct the number after the slash of the address (or defaultDatabase). A cluster has database 0 only; for several "
            + "fleets on one server, use BEARERTOOLS_REDIS_PREFIX.",
    };

    public static BearerTokenException Full(string place, Exception cause) =>
        new($"The Redis server {place} has no memory left for entries (maxmemory).", cause)
        {
            ErrorId = StoreErrors.FullId,
            Kind = BearerErrorKind.Server,
            NextStep = "Raise maxmemory, or delete other keys. Use the policy noeviction, so that no login is evicted.",
        };

    public static BearerTokenException Refused(string place, string reason, Exception cause) =>
        new($"The Redis server {place} refuses this client: {ServerText.Clean(reason, LongestReason)}", cause)
        {
            ErrorId = "StoreRefused",
            Kind = BearerErrorKind.Permission,
            NextStep = "Check the user, the password and the ACL of the user; docs/fleet.md lists the commands that it needs.",
        };

    public static BearerTokenException Failed(string place, string reason, Exception cause) =>
        new($"The Redis server {place} reports an error: {ServerText.Clean(reason, LongestReason)}", cause)
        {
            ErrorId = FailedId,
            Kind = BearerErrorKind.Server,
            NextStep = "Use Redis 6.2 or later, or Valkey.",
        };

    public static BearerTokenException Stale() => new(
        "Another process has stored a newer token, because the lease of this one had expired.")
    {
        ErrorId = StoreErrors.StaleId,
        Kind = BearerErrorKind.Timeout,
        NextStep = "Run the command again.",
    };

    public static BearerTokenException OtherKey() => StoreErrors.KeyUnusable(
        "the key of this worker", "is not the one that the stored login is encrypted with",
        "Give all workers the same key; this one reads it again at the next use. If it is lost: Clear-BearerTokenCache -Store Redis, and "
            + "sign in again.");

    public static BearerTokenException NewerVersion(string place) =>
        new($"A newer version of BearerTools wrote the entry in the Redis server {place}.")
        {
            ErrorId = "StoreNewerVersion",
            Kind = BearerErrorKind.InvalidData,
            NextStep = "Update BearerTools on this machine, or use another BEARERTOOLS_REDIS_PREFIX.",
        };

    /// <summary>The error of an exception of the library.</summary>
    public static BearerTokenException Of(Exception cause, string place) => cause switch
    {
        _ when Inner<RedisServerException>(cause) is { } server => OfServer(cause, server.Message, place),
        _ when Inner<AuthenticationException>(cause) is { } tls =>
            Unavailable(place, $"TLS failed: {tls.Message}", "Check the port, and that the server offers TLS 1.2 or later.", cause),
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } refused =>
            Refused(place, "the user or the password is wrong.", refused),
        ObjectDisposedException => Unavailable(place, "the connection was lost", Reachable, cause),
        RedisConnectionException { FailureType: ConnectionFailureType.SocketFailure or ConnectionFailureType.SocketClosed } lost =>
            Unavailable(place, "the connection was lost", Reachable, lost),
        RedisConnectionException connection =>
            Unavailable(place, $"there is no connection ({connection.FailureType})", Reachable, connection),
        TimeoutException => Unavailable(place, "it does not respond in time", Reachable, cause),
        SocketException socket => Unavailable(place, socket.Message, Reachable, socket),
        _ => Unavailable(place, cause.Message, Reachable, cause),
    };

    /// <returns>The command of a script that an ACL forbids, or <see langword="null"/> if that is not what the message says.</returns>
    public static string? ForbiddenCommand(string message, string script)
    {
        if (!Has(message, s_scriptRefusals)) return null;
        var line = ScriptLine().Match(message) is { Success: true } found && int.TryParse(found.Groups[1].ValueSpan, out var number)
            ? script.Split('\n').ElementAtOrDefault(number - 1)
            : null;
        var commands = ScriptCommand().Matches(line ?? script).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal);
        return string.Join(" or ", commands);
    }

    /// <summary>True if the server may respond otherwise in a moment.</summary>
    public static bool IsPassing(string message) => Has(message, s_passing);

    private static BearerTokenException OfServer(Exception cause, string message, string place)
    {
        if (message.Contains("OOM ", StringComparison.Ordinal)) return Full(place, cause);
        if (IsPassing(message)) return Unavailable(place, message, Reachable, cause);
        return Has(message, s_refusals) ? Refused(place, message, cause) : Failed(place, message, cause);
    }

    /// <summary>The code may come after a prefix of the server or of the library.</summary>
    private static bool Has(string message, string[] codes) =>
        Array.Exists(codes, code => message.Contains(code, StringComparison.Ordinal));

    [GeneratedRegex(@"user_script:(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex ScriptLine();

    [GeneratedRegex(@"redis\.call\('(\w+)'", RegexOptions.CultureInvariant)]
    private static partial Regex ScriptCommand();

    private static T? Inner<T>(Exception cause)
        where T : Exception
    {
        for (var e = cause; e is not null; e = e.InnerException)
        {
            if (e is T found) return found;
        }

        return null;
    }
}
