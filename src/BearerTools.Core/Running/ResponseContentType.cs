using System.Text;
using BearerTools.Http.Bodies;

namespace BearerTools.Running;

/// <summary>What an answer says of its body.</summary>
/// <param name="Text">As it says it.</param>
/// <param name="Kind">What the body is.</param>
/// <param name="Encoding">What its text is in: what is named, or UTF-8.</param>
internal sealed record ResponseContentType(string Text, BodyKind Kind, Encoding Encoding)
{
    /// <param name="content">The answer's.</param>
    /// <param name="last">That of the answer before: mostly all of a command say the same, and it is not taken apart anew.</param>
    public static ResponseContentType Of(HttpContent content, ResponseContentType? last)
    {
        var text = content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : string.Empty;
        return last?.Text == text ? last : new ResponseContentType(text, BodyKind.Of(content), TextEncoding.Of(content));
    }
}
