using System.Net;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>The reason phrase of a status. HTTP/1.1 servers may omit it (RFC 9112 section 4), and later versions have none.</summary>
internal static class StatusReason
{
    /// <summary>The server's phrase, else that of the standard; empty for a status that has none.</summary>
    public static string Of(HttpResponseMessage response, int longest = 500)
    {
        if (!string.IsNullOrWhiteSpace(response.ReasonPhrase)) return ServerText.Sentence(response.ReasonPhrase, longest);
        // The runtime's table, which it uses for a message without a phrase.
        using var standard = new HttpResponseMessage(response.StatusCode);
        return standard.ReasonPhrase ?? string.Empty;
    }

    /// <summary>The status with its phrase, such as <c>400 Bad Request</c>.</summary>
    public static string WithStatus(HttpStatusCode status, string reason) => $"{(int)status} {reason}".TrimEnd();
}
