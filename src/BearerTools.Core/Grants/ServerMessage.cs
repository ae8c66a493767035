using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>Finds the human-readable message in a response, as errors of requests do.</summary>
internal static class ServerMessage
{
    /// <summary>The message, sanitised for display; <see langword="null"/> if there is none.</summary>
    /// <param name="response">The response.</param>
    /// <param name="quotesPages">True if a page may be what the server says. The pages of authorities are those of proxies.</param>
    public static string? Find(BackchannelResponse response, bool quotesPages = false)
    {
        if (response.Body.IsEmpty) return null;
        if ((response.TryReadJson() ?? LoginXml.TryRead(response)?.ToJson()) is { } json)
            return ProblemText.From(json, isError: !response.IsSuccess);
        if (response.IsHtml && !quotesPages) return null;
        if (response.IsMarkup) return HtmlPage.TextOf(response.Text) is { } page ? $"a page that says \"{page}\"" : null;
        return ServerText.Sentence(response.Text) is { Length: > 0 } text ? text : null;
    }
}
