using BearerTools.Fleet;
using StackExchange.Redis;

namespace BearerTools.Redis;

/// <summary>The options of the library for an address.</summary>
internal static class RedisAddress
{
    /// <summary>How long a connection may take.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <param name="address">The address.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <param name="timeout">How long a response may take.</param>
    /// <exception cref="BearerTokenException">An option is not valid. The error does not quote it.</exception>
    public static ConfigurationOptions Of(FleetAddress address, string place, TimeSpan timeout)
    {
        ConfigurationOptions options;
        try
        {
            options = address.Options.Length == 0 ? new ConfigurationOptions() : ConfigurationOptions.Parse(address.Options);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw FleetAddress.Invalid(place, "an option has a value that is not valid.");
        }

        foreach (var host in address.Hosts) options.EndPoints.Add(host.Name.Trim('[', ']'), host.Port);
        options.Ssl |= address.IsTls;
        options.User ??= address.User;
        options.Password ??= address.Password;
        options.DefaultDatabase ??= address.Database;
        options.ClientName ??= "BearerTools";
        // The first connection fails at once. After that, the library connects again by itself, later and later.
        options.AbortOnConnectFail = true;
        options.ConnectRetry = 0;
        options.ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds;
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
}
