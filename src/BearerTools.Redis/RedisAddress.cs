using System.Globalization;
using StackExchange.Redis;

namespace BearerTools.Redis;

/// <summary>
/// Reads the text of a connection: <c>host:port</c>, a <c>redis://</c> or <c>rediss://</c> (TLS) address, several of them separated by
/// commas, or the options of StackExchange.Redis, such as <c>host:6380,ssl=true,user=ops,password=…</c>.
/// </summary>
internal static class RedisAddress
{
    private const string Plain = "redis://";
    private const string Encrypted = "rediss://";

    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(10);

    /// <param name="text">The text, which may contain a password.</param>
    /// <param name="timeout">How long a response may take.</param>
    /// <exception cref="BearerTokenException">The text is not valid. The error does not quote it.</exception>
    public static ConfigurationOptions Parse(string text, TimeSpan timeout)
    {
        ConfigurationOptions options;
        try
        {
            var isAddress = text.StartsWith(Plain, StringComparison.OrdinalIgnoreCase)
                || text.StartsWith(Encrypted, StringComparison.OrdinalIgnoreCase);
            options = isAddress ? OfAddresses(text.Split(',')) : ConfigurationOptions.Parse(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw Invalid();
        }

        if (options.EndPoints.Count == 0) throw Invalid();
        options.ClientName ??= "BearerTools";
        // The first connection fails at once. After that, the library connects again by itself, later and later.
        options.AbortOnConnectFail = true;
        options.ConnectRetry = 0;
        options.ConnectTimeout = (int)s_connect.TotalMilliseconds;
        options.ReconnectRetryPolicy = new ExponentialRetry(250, 2000);
        options.AsyncTimeout = options.SyncTimeout = (int)timeout.TotalMilliseconds;
        // What cannot be sent now must not be sent later.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.IncludeDetailInExceptions = options.IncludePerformanceCountersInExceptions = false;
        // Neither a key nor a channel outside our names, so that an ACL can be narrow.
        options.TieBreaker = string.Empty;
        options.ConfigurationChannel = string.Empty;
        options.HeartbeatInterval = TimeSpan.FromSeconds(1);
        return options;
    }

    private static ConfigurationOptions OfAddresses(string[] addresses)
    {
        var options = new ConfigurationOptions();
        foreach (var address in addresses)
        {
            var uri = new Uri(address.Trim(), UriKind.Absolute);
            if (uri.Scheme is not ("redis" or "rediss") || uri.Query.Length > 0 || uri.Host.Length == 0) throw new FormatException();
            options.EndPoints.Add(uri.Host, uri.Port > 0 ? uri.Port : 6379);
            if (uri.Scheme == "rediss") options.Ssl = true;
            if (uri.AbsolutePath.Trim('/') is { Length: > 0 } database)
                options.DefaultDatabase = int.Parse(database, NumberStyles.None, CultureInfo.InvariantCulture);
            if (uri.UserInfo.Length == 0) continue;
            var parts = uri.UserInfo.Split(':', 2);
            if (parts[0].Length > 0) options.User = Uri.UnescapeDataString(parts[0]);
            if (parts.Length == 2) options.Password = Uri.UnescapeDataString(parts[1]);
        }

        return options;
    }

    private static BearerTokenException Invalid() => new("The address of the Redis server is not valid (it is not shown).")
    {
        ErrorId = "StoreConnectionInvalid",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Use host:port, rediss://user:password@host:port, or the options of StackExchange.Redis: host:port,ssl=true,user=NAME,"
            + "password=PASSWORD.",
    };
}
