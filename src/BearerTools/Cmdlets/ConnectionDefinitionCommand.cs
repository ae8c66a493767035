using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Fleet;
using BearerTools.Http;
using BearerTools.Pipeline;
using BearerTools.Profiles;
using BearerTools.Storage;
using static BearerTools.Pipeline.ParameterErrors;

namespace BearerTools.Cmdlets;

/// <summary>Parameters that Connect-BearerApi and Set-BearerProfile share: the token flow, and the settings of all requests.</summary>
public abstract class ConnectionDefinitionCommand : TokenFlowCommand, IRequestParameters
{
    /// <summary>Headers to send with every request. A request's own -Headers take precedence.</summary>
    [Parameter]
    [AllowNull]
    [CheckedWhenRun(typeof(IDictionary))]
    public IDictionary? Headers { get; set; }

    /// <summary>Query parameters to send with every request. A request's own -Query takes precedence.</summary>
    [Parameter]
    [AllowNull]
    [CheckedWhenRun(typeof(IDictionary))]
    public IDictionary? Query { get; set; }

    /// <summary>Maximum number of concurrent requests of one command (default 16).</summary>
    [Parameter]
    [CheckedWhenRun(typeof(int), Minimum = 1, Maximum = 10_000)]
    public int ThrottleLimit { get; set; }

    /// <summary>Maximum rate of requests to one origin, such as 50/s or 600/m, retries included.</summary>
    [Parameter]
    [CheckedWhenRun(typeof(RateLimit))]
    [ArgumentCompleter(typeof(RateLimitCompleter))]
    public RateLimit? RateLimit { get; set; }

    /// <summary>
    /// Which requests share -RateLimit and the pauses of the API: those of this process (default), with Machine those of all your processes
    /// on this machine, or with Fleet those of all workers with the same Redis server. Machine is the default for connections with a store,
    /// Fleet for those with -Store Redis.
    /// </summary>
    [Parameter]
    [CheckedWhenRun(typeof(RateLimitScope))]
    public RateLimitScope RateLimitScope { get; set; }

    /// <summary>Maximum number of concurrent requests to one origin, over all commands of this process.</summary>
    [Parameter]
    [CheckedWhenRun(typeof(int), Minimum = 1, Maximum = 10_000)]
    public int OriginThrottleLimit { get; set; }

    /// <summary>Adapts the number of concurrent requests to what the API can handle.</summary>
    [Parameter]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter AdaptiveThrottle { get; set; }

    /// <summary>
    /// Maximum wait for a quota that the API reports as exhausted without refusing a request (default 60 s; 0 does not wait).
    /// </summary>
    [Parameter]
    [CheckedWhenRun(typeof(int), Minimum = 0, Maximum = 86_400)]
    public int MaximumQuotaWaitSec { get; set; }

    /// <summary>Maximum number of retries of a request (default 2).</summary>
    [Parameter]
    [CheckedWhenRun(typeof(int), Minimum = 0)]
    public int MaximumRetryCount { get; set; }

    /// <summary>Time between two attempts, in seconds (default: exponential back-off with jitter).</summary>
    [Parameter]
    [CheckedWhenRun(typeof(int), Minimum = 1, Maximum = RequestLimits.MaxSeconds)]
    public int RetryIntervalSec { get; set; }

    /// <summary>Maximum time to wait for the headers of a response, in seconds; 0 for no limit.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [CheckedWhenRun(typeof(int), Minimum = 0)]
    public int ConnectionTimeoutSeconds { get; set; }

    /// <summary>Maximum time to wait between two parts of a body, in seconds; 0 for no limit.</summary>
    [Parameter]
    [CheckedWhenRun(typeof(int), Minimum = 0)]
    public int OperationTimeoutSeconds { get; set; }

    /// <summary>The User-Agent header of every request.</summary>
    [Parameter]
    [AllowNull, AllowEmptyString]
    [CheckedWhenRun(typeof(string))]
    [ArgumentCompleter(typeof(NoCompleter))]
    public string? UserAgent { get; set; }

    /// <summary>The proxy for requests to the API (default: the system's). Requests to authorities do not use it.</summary>
    [Parameter]
    [AllowNull]
    [CheckedWhenRun(typeof(Uri))]
    [ArgumentCompleter(typeof(NoCompleter))]
    public Uri? Proxy { get; set; }

    /// <summary>The credential for the proxy.</summary>
    [Parameter]
    // First: the engine would ask for a user name instead of anything that is none.
    [CheckedWhenRun(typeof(PSCredential))]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Authenticates to the proxy as the current user.</summary>
    [Parameter]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }

    /// <summary>Connects to the API without a proxy, even if the system defines one.</summary>
    [Parameter]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter NoProxy { get; set; }

    /// <summary>Treats HTTP error statuses as normal responses.</summary>
    [Parameter]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter SkipHttpErrorCheck { get; set; }

    /// <summary>Statuses besides 401 with which the API rejects a token that has expired, such as 403, 419 or 498.</summary>
    [Parameter]
    [AllowNull, AllowEmptyCollection]
    [CheckedWhenRun(typeof(int[]), Minimum = 400, Maximum = 599)]
    public int[]? RenewOn { get; set; }

    /// <summary>Names in queries whose values the trace shows, besides those that are known to be harmless.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoCompleter))]
    public string[]? TraceQuery { get; set; }

    /// <summary>
    /// Where to store the token and its refresh token for other processes: File, Keyring or Pass, encrypted; Redis, encrypted, for workers
    /// on several machines; Memory, the default, is this process only.
    /// </summary>
    [Parameter]
    [CheckedWhenRun(typeof(StoreKind))]
    public StoreKind Store { get; set; }

    /// <summary>
    /// The Redis server for -Store Redis and -RateLimitScope Fleet: a reference to its address, such as env:NAME, file:PATH or vault:NAME,
    /// or host:port without a password (default: the environment variable BEARERTOOLS_REDIS).
    /// </summary>
    [Parameter]
    [AllowNull, AllowEmptyString, ArgumentCompleter(typeof(SecretReferenceCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? StoreConnection { get; set; }

    /// <summary>
    /// The key that encrypts what is stored in Redis: a reference to 32 bytes in Base64, such as env:NAME (default: the environment
    /// variable BEARERTOOLS_REDIS_KEY).
    /// </summary>
    [Parameter]
    [AllowNull, AllowEmptyString, ArgumentCompleter(typeof(SecretReferenceCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? StoreKeyFrom { get; set; }

    /// <summary>
    /// With Memory, this process requests a token of its own while Redis is away. Only for logins that need no sharing, such as client
    /// credentials.
    /// </summary>
    [Parameter]
    [CheckedWhenRun(typeof(StoreFallbackKind))]
    public StoreFallbackKind StoreFallback { get; set; }

    private protected override StoreKind? NamedStore => IsTyped(nameof(Store)) ? Store : null;

    private protected override bool FallsBack => IsTyped(nameof(StoreFallback));

    private protected override FleetOptions? NamedFleet()
    {
        var (connection, key) = (NullIfEmpty(StoreConnection), NullIfEmpty(StoreKeyFrom));
        CheckFleet(connection, key);
        return connection is null && key is null
            ? null
            : FleetOptions.Create(connection, key, text => PSLocation.Reference(this, text)) ?? throw FleetOptions.Missing();
    }

    /// <summary>Refuses settings of Redis for a token that is stored elsewhere: they would have no effect.</summary>
    private void CheckFleet(string? connection, string? key)
    {
        if (!FallsBack && connection is null && key is null) return;
        var store = NamedStore ?? StoreVariable.Read();
        if (store == StoreKind.Redis) return;
        if (FallsBack) throw Conflict("-StoreFallback needs -Store Redis.", "Add -Store Redis, or omit -StoreFallback.");
        if (store == StoreKind.Memory || RateLimitScope == RateLimitScope.Fleet) return;
        if ((connection is not null ? nameof(StoreConnection) : key is not null ? nameof(StoreKeyFrom) : null) is not { } name) return;
        throw Conflict(
            $"-{name} has no effect with the store {store}.", $"Use -Store Redis; or -RateLimitScope Fleet; or omit -{name}.");
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private protected sealed override RequestSettings Settings
    {
        get
        {
            // Validated as for a request, except for what -SkipHeaderValidation of a request would send.
            if (!string.IsNullOrEmpty(UserAgent)) RequestHeaders.CheckWritable("User-Agent", UserAgent);
            return this.ToSettings(MyInvocation.BoundParameters) with
            {
                Headers = Headers is null ? [] : RequestFactory.CopyHeaders(Headers),
                Query = Query is null ? [] : [.. RequestBodyFactory.Pairs(Query)],
            };
        }
    }
}
