using System.Net;

namespace BearerTools.Tokens;

/// <summary>Statuses of faults that are often gone a moment later, of APIs and of authorities.</summary>
internal static class TransientStatus
{
    /// <summary>
    /// From this status on, gateways report faults of the server behind them that no standard status names, such as 522 (the
    /// connection timed out) and 529 (overloaded).
    /// </summary>
    private const HttpStatusCode OfGateways = (HttpStatusCode)520;

    /// <summary>From here on, a number is no status, such as the 999 with which a site turns programs away.</summary>
    public const HttpStatusCode Unknown = (HttpStatusCode)600;

    /// <summary>True for a transient fault. The request may have been processed, so that repeating it must be safe.</summary>
    public static bool Includes(HttpStatusCode status) => status
        is HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or (>= OfGateways and < Unknown);
}
