using System.Security.Authentication;
using BearerTools.Security;
using BearerTools.Storage;
using StackExchange.Redis;

namespace BearerTools.Redis;

/// <summary>The errors of a Redis server.</summary>
internal static class RedisErrors
{
    private const int LongestReason = 200;

    /// <summary>Codes of errors that pass: the server loads its data, has no primary, or has become a replica.</summary>
    private static readonly string[] s_passing =
    [
        "LOADING ", "MASTERDOWN ", "CLUSTERDOWN ", "TRYAGAIN ", "READONLY ", "BUSY ", "NOREPLICAS ", "MISCONF ",
    ];

    private static readonly string[] s_refusals = ["NOAUTH", "NOPERM", "WRONGPASS", "DENIED"];

    /// <param name="place">The server, for messages.</param>
    /// <param name="reason">The reason, as a clause.</param>
    /// <param name="cause">The cause, or <see langword="null"/>.</param>
    public static BearerTokenException Unavailable(string place, string reason, Exception? cause = null) =>
        new($"The Redis server {place} cannot be used now: {ServerText.Clean(reason.TrimEnd('.'), LongestReason)}.", cause)
        {
            ErrorId = StoreErrors.UnavailableId,
            Kind = BearerErrorKind.Connection,
            NextStep = "Check that it runs and can be reached (redis-cli PING). Tokens in memory are used until they expire.",
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
            ErrorId = "StoreServerFailed",
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
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } refused =>
            Refused(place, "the user or the password is wrong.", refused),
        _ when Inner<RedisServerException>(cause) is { } server => OfServer(cause, server.Message, place),
        _ when Inner<AuthenticationException>(cause) is { } tls =>
            Refused(place, $"TLS failed: {tls.Message}", cause),
        RedisConnectionException connection => Unavailable(place, $"it cannot be reached ({connection.FailureType})", connection),
        TimeoutException => Unavailable(place, "it does not respond in time", cause),
        _ => Unavailable(place, cause.Message, cause),
    };

    private static BearerTokenException OfServer(Exception cause, string message, string place)
    {
        if (message.Contains("OOM ", StringComparison.Ordinal)) return Full(place, cause);
        if (Has(message, s_passing)) return Unavailable(place, message, cause);
        return Has(message, s_refusals) ? Refused(place, message, cause) : Failed(place, message, cause);
    }

    /// <summary>The code may come after a prefix of the server or of the library.</summary>
    private static bool Has(string message, string[] codes) =>
        Array.Exists(codes, code => message.Contains(code, StringComparison.Ordinal));

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
