using System.Text;
using BearerTools.Http.Bodies;

namespace BearerTools.Running;

/// <summary>A response's parsed Content-Type.</summary>
/// <param name="Text">The header's text.</param>
/// <param name="Kind">The kind of the body.</param>
/// <param name="Encoding">The encoding of its text: the given charset, or UTF-8.</param>
internal sealed record ResponseContentType(string Text, BodyKind Kind, Encoding Encoding)
{
    /// <param name="content">The response's content.</param>
    /// <param name="last">The previous response's, which is reused if equal: most responses of a command have the same type.</param>
    public static ResponseContentType Of(HttpContent content, ResponseContentType? last)
    {
        var text = content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : string.Empty;
        return last?.Text == text ? last : new ResponseContentType(text, BodyKind.Of(content), TextEncoding.Of(content));
    }
}
