using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace BearerTools.Tokens;

/// <summary>The status code of a proxy that refused to open a tunnel.</summary>
internal static partial class ProxyStatus
{
    /// <summary>Returns <see langword="null"/> if the proxy gave none. .NET 8 states it only in the message.</summary>
    public static HttpStatusCode? Of(HttpRequestException cause)
    {
        if (cause.HttpRequestError != HttpRequestError.ProxyTunnelError) return null;
        if (cause.StatusCode is { } status) return status;
        return StatusCode().Match(cause.Message) is { Success: true } stated
            ? (HttpStatusCode)int.Parse(stated.ValueSpan, CultureInfo.InvariantCulture)
            : null;
    }

    [GeneratedRegex("(?<=')[1-5][0-9]{2}(?=')", RegexOptions.RightToLeft)]
    private static partial Regex StatusCode();
}
