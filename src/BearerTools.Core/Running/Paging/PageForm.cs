using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Json;
using BearerTools.Security;

namespace BearerTools.Running.Paging;

/// <summary>What the body of a page is. All pages of a list are the same.</summary>
internal enum PageForm
{
    /// <summary>There is no content, or none was read.</summary>
    None,

    /// <summary>A JSON document, which is never empty.</summary>
    Json,

    /// <summary>JSON Lines, a sequence or events, which may be empty.</summary>
    Documents,

    /// <summary>XML, such as a feed, which is never empty.</summary>
    Xml,

    /// <summary>An HTML page.</summary>
    Html,

    /// <summary>Text or bytes.</summary>
    Other,
}

/// <summary>Compares the bodies of pages.</summary>
internal static class PageForms
{
    /// <summary>The form by the media type.</summary>
    public static PageForm Declared(ApiResponse response)
    {
        var content = response.Message.Content;
        if (BodyKind.Of(content).Json is { } format) return format == JsonFormat.Json ? PageForm.Json : PageForm.Documents;
        var type = content.Headers.ContentType?.MediaType?.ToLowerInvariant();
        return HtmlPage.IsType(type) ? PageForm.Html
            : type is not null && MediaType.IsXmlName(type) ? PageForm.Xml
            : PageForm.Other;
    }

    /// <summary>The form of a body that was read as JSON. A word or a number may be text.</summary>
    /// <param name="response">The response.</param>
    /// <param name="first">The first byte that is no white space.</param>
    public static PageForm OfJson(ApiResponse response, byte first)
    {
        var declared = Declared(response);
        return declared is not (PageForm.Json or PageForm.Documents) && first is (byte)'{' or (byte)'[' ? PageForm.Json : declared;
    }

    /// <summary>
    /// True if a page with content cannot be one of the list. Text may look like anything, but the page of a proxy or gateway is HTML.
    /// </summary>
    /// <param name="page">The form of the page.</param>
    /// <param name="list">The form of the pages before it.</param>
    public static bool IsForeign(PageForm page, PageForm list) => list switch
    {
        PageForm.Json or PageForm.Documents => page is PageForm.Xml or PageForm.Html or PageForm.Other,
        PageForm.Xml => page is not PageForm.Xml,
        PageForm.Other => page is PageForm.Html,
        _ => false,
    };

    /// <summary>The name for messages.</summary>
    public static string Name(PageForm form) => form switch
    {
        PageForm.Xml => "XML",
        PageForm.Other => "text or bytes",
        _ => "JSON",
    };
}
