using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>Finds the human-readable message in a response, as errors of requests do.</summary>
internal static class ServerMessage
{
    /// <summary>The message, cleaned, without the secrets that were sent; <see langword="null"/> if there is none.</summary>
    /// <param name="response">The response.</param>
    /// <param name="quotesPages">True if a page may be what the server says. The pages of authorities are those of proxies.</param>
    public static string? Find(BackchannelResponse response, bool quotesPages = false)
    {
        if (response.Body.IsEmpty) return null;
        var known = response.TryReadJson();
        var xml = known is null ? LoginXml.TryRead(response) : null;
        if (response.WithoutSecrets(xml?.FaultText()) is { } fault) return response.WithoutSecrets(ServerText.Sentence(fault));
        if ((known ?? xml?.ToJson()) is { } json)
            return response.WithoutSecrets(ProblemText.From(response.WithoutSecrets(json), isError: !response.IsSuccess));
        if (response.IsHtml && !quotesPages) return null;
        // Masked before and after: a shortened text may end within a secret, and an encoded one is decoded.
        var text = response.WithoutSecrets(response.Text);
        if (response.IsMarkup)
            return response.WithoutSecrets(HtmlPage.TextOf(text)) is { } page ? $"a page that says \"{page}\"" : null;
        return response.WithoutSecrets(ServerText.Sentence(text)) is { Length: > 0 } sentence ? sentence : null;
    }
}
