using System.Text;

namespace BearerTools.Http;

/// <summary>The encoding an answer names, or UTF-8.</summary>
internal static class TextEncoding
{
    public static Encoding Of(HttpContent content)
    {
        var charset = content.Headers.ContentType?.CharSet?.Trim('"', '\'');
        if (string.IsNullOrEmpty(charset)) return Encoding.UTF8;
        try
        {
            return Encoding.GetEncoding(charset);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // NotSupportedException: UTF-7, which .NET knows and refuses.
            return Encoding.UTF8;
        }
    }
}
