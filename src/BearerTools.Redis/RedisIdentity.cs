using System.Collections.Concurrent;
using System.Net;
using StackExchange.Redis;

namespace BearerTools.Redis;

/// <summary>
/// Makes sure that a connection works as the user, and in the database, that the address names. The library goes on after a refused AUTH or
/// SELECT: as the user default if the server lets that one work, and in database 0. It does so at each reconnection, too.
/// </summary>
/// <param name="options">The options of the connection.</param>
internal sealed class RedisIdentity(ConfigurationOptions options)
{
    private const string Select = "return redis.call('SELECT', ARGV[1])";

    private readonly bool _isNeeded = !string.IsNullOrEmpty(options.Password) || !string.IsNullOrEmpty(options.User)
        || options.DefaultDatabase is > 0;

    /// <summary>The number of the socket that was verified last, for each server.</summary>
    private readonly ConcurrentDictionary<EndPoint, long> _verified = new();

    /// <summary>
    /// Authenticates again, and so hears whether it is refused, if there is a socket that has not been verified. That needs no command that
    /// an ACL can forbid, and works on servers without ACLs.
    /// </summary>
    /// <exception cref="BearerTokenException">The server refuses the user, the password or the database.</exception>
    public async ValueTask VerifyAsync(ConnectionMultiplexer connection, string place)
    {
        if (!_isNeeded) return;
        // A server that is not connected yet has no socket that could be verified, although the library counts one already.
        foreach (var server in connection.GetServers().Where(server => server.IsConnected))
        {
            var sockets = server.GetCounters().Interactive.SocketCount;
            if (_verified.TryGetValue(server.EndPoint, out var known) && known == sockets) continue;
            if (!string.IsNullOrEmpty(options.Password) || !string.IsNullOrEmpty(options.User))
                await AuthenticateAsync(server, place).ConfigureAwait(false);
            if (options.DefaultDatabase is > 0 and var database) await SelectAsync(connection, database, place).ConfigureAwait(false);
            _verified[server.EndPoint] = sockets;
        }
    }

    private async Task AuthenticateAsync(IServer server, string place)
    {
        object[] credential = string.IsNullOrEmpty(options.User)
            ? [options.Password!]
            : [options.User, options.Password ?? string.Empty];
        try
        {
            await server.ExecuteAsync("AUTH", credential).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (!RedisErrors.IsPassing(e.Message))
        {
            throw RedisErrors.Refused(place, e.Message, e);
        }
    }

    private static async Task SelectAsync(ConnectionMultiplexer connection, int database, string place)
    {
        try
        {
            await connection.GetDatabase(0).ScriptEvaluateAsync(Select, [], [database]).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (!RedisErrors.IsPassing(e.Message))
        {
            throw RedisErrors.NoDatabase(place, database, e.Message, e);
        }
    }
}
