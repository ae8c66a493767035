namespace BearerTools.Diagnostics.Telemetry;

/// <summary>
/// Names of attributes. Those without a prefix are OpenTelemetry's semantic conventions for HTTP clients.
/// </summary>
internal static class TelemetryTags
{
    public const string Method = "http.request.method";
    public const string OriginalMethod = "http.request.method_original";
    public const string Status = "http.response.status_code";
    public const string Resends = "http.request.resend_count";
    public const string Protocol = "network.protocol.version";
    public const string Address = "server.address";
    public const string Port = "server.port";
    public const string Url = "url.full";
    public const string Error = "error.type";

    public const string StatusClass = "bearertools.response.status_class";
    public const string Profile = "bearertools.profile";
    public const string Pages = "bearertools.pages";
    public const string Page = "bearertools.page";
    public const string Retries = "bearertools.retries";
    public const string Delay = "bearertools.delay";
    public const string Message = "bearertools.message";
    public const string Flow = "bearertools.token.flow";
    public const string Reason = "bearertools.token.reason";
    public const string Fingerprint = "bearertools.token.fingerprint";
    public const string DroppedEvents = "bearertools.events.dropped";

    /// <summary>The methods that are named as they are; the others could be any number (semantic conventions of HTTP).</summary>
    private static readonly HashSet<string> s_methods =
        new(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"], StringComparer.Ordinal);

    /// <summary>The method, or <c>_OTHER</c> for one that is no standard.</summary>
    public static string MethodOf(HttpMethod method) => s_methods.Contains(method.Method) ? method.Method : "_OTHER";
}
