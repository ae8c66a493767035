using System.Net;
using System.Text;

namespace BearerTools.Http;

/// <summary>Builds the response of an error in the form that errors of Invoke-RestMethod have.</summary>
internal static class ErrorResponse
{
    /// <param name="status">The status.</param>
    /// <param name="reason">The reason phrase, or <see langword="null"/> for the usual one.</param>
    /// <param name="headers">The headers, without secrets.</param>
    /// <param name="body">The text of the body, without secrets.</param>
    public static HttpResponseMessage Make(
        HttpStatusCode status, string? reason, IReadOnlyDictionary<string, IReadOnlyList<string>> headers, string? body)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body ?? string.Empty)) };
        if (reason is not null) response.ReasonPhrase = reason;
        foreach (var (name, values) in headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, values)) response.Content.Headers.TryAddWithoutValidation(name, values);
        }

        // The text is no longer as long, compressed or in the charset as what the server sent. A length that is not that of the text would
        // make reading it fail, such as that of the file that a HEAD request asks for.
        response.Content.Headers.Remove("Content-Length");
        response.Content.Headers.ContentEncoding.Clear();
        if (response.Content.Headers.ContentType is { CharSet: not null } type) type.CharSet = Encoding.UTF8.WebName;
        return response;
    }
}
