using System.Text;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>The same few contents under right, wrong and missing media types, and in encodings that are said here, there or nowhere.</summary>
internal static class Formats
{
    private const string Xml = """<?xml version="1.0" encoding="utf-8"?><order id="7"><!-- twice --><item>tea</item><item>Grüße</item></order>""";

    private const string Rss = """
        <?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
        <item><title>one</title></item><item><title>two</title></item></channel></rss>
        """;

    private const string Atom = """
        <feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><id>1</id></entry><entry><id>2</id></entry><entry><id>3</id></entry></feed>
        """;

    private const string Bomb = """<!DOCTYPE a [<!ENTITY x "boom"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;&y;</a>""";

    public static void Map(ApiRoutes api)
    {
        Text(api, "xml", "application/xml", Xml);
        Text(api, "text-xml", "text/xml; charset=utf-8", Xml);
        Text(api, "plus-xml", "application/vnd.order+xml", Xml);
        Text(api, "xml-as-text", "text/plain", Xml);
        Text(api, "xml-as-bytes", "application/octet-stream", Xml);
        Text(api, "xml-untyped", null, Xml);
        Text(api, "xml-broken", "application/xml", "<order><item>tea</order>");
        Text(api, "xml-doctype", "application/xml", "<!DOCTYPE order SYSTEM \"order.dtd\"><order><item>tea</item></order>");
        Text(api, "xml-bomb", "application/xml", Bomb);
        Text(api, "xml-outside", "application/xml", """<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>""");
        Text(api, "rss", "application/rss+xml", Rss);
        Text(api, "rss-as-text", "text/plain", Rss);
        Text(api, "rss-broken", "application/rss+xml", Rss.Replace("</channel>", "", StringComparison.Ordinal));
        Text(api, "atom", "application/atom+xml", Atom);
        Text(api, "html", "text/html", "<!DOCTYPE html><html><head><title>t</title><br></head><body>Hello &amp; <p>welcome</body></html>");
        Text(api, "json-as-text", "text/plain", """[{"id":1,"name":"a"},{"id":2,"name":"b"}]""");
        Text(api, "json-as-bytes", "application/octet-stream", """{"id":1}""");
        Text(api, "json-as-script", "application/javascript", """{"id":1}""");
        Text(api, "json-untyped", null, """{"id":1}""");
        Text(api, "no-json-as-text", "text/plain", """{"id":1} and more""");
        Text(api, "count", "text/plain", "42");
        Text(api, "fraction", "text/plain", "-1.5");
        Text(api, "truth", "text/plain", "true");
        Text(api, "quoted", "text/plain", "\"quoted\"");
        Text(api, "date-line", "text/plain", "2024-03-01 12:00 it began");
        Text(api, "words", "text/plain", "nothing to see");
        Encoded(api, "latin1-by-type", "text/plain; charset=iso-8859-1", Encoding.Latin1, "Café");
        Encoded(api, "latin1-by-xml", "application/xml", Encoding.Latin1, """<?xml version="1.0" encoding="iso-8859-1"?><a>Café</a>""");
        Encoded(api, "latin1-by-meta", "text/html", Encoding.Latin1, """<html><head><meta charset="iso-8859-1"></head><br>Café</html>""");
        Encoded(api, "unknown-charset", "text/plain; charset=klingon", Encoding.UTF8, "Café");
        Encoded(api, "utf16-by-mark", "text/plain", Encoding.Unicode, "\uFEFFCafé");
        Encoded(api, "utf8-mark-xml", "application/xml", Encoding.UTF8, "\uFEFF<a>Café</a>");
    }

    private static void Text(ApiRoutes api, string name, string? contentType, string text) => Encoded(api, name, contentType, Encoding.UTF8, text);

    private static void Encoded(ApiRoutes api, string name, string? contentType, Encoding encoding, string text)
    {
        var body = encoding.GetBytes(text);
        api.Any("/api/formats/" + name, http => http.WriteBytes(body, contentType));
    }
}
