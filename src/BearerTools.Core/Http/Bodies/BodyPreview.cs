using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using BearerTools.Security;

namespace BearerTools.Http.Bodies;

/// <summary>
/// Shows a body before it is sent: the beginning of its text, without secrets in use and without values of names such as password.
/// </summary>
internal static partial class BodyPreview
{
    public const int Longest = 200;

    /// <summary>Much more than is shown, so that a secret that begins in the shown part is found.</summary>
    private const int LongestRead = 128 * 1024;

    public static string Of(ReadOnlySpan<byte> body, string? contentType)
    {
        var read = body[..Math.Min(body.Length, LongestRead)];
        var text = EncodingOf(contentType).GetString(read);
        if (text.AsSpan().ContainsAny('\0', '\uFFFD')) return $"({body.Length} bytes)";
        return ServerText.Clean(Redact(text), Longest, isCut: read.Length < body.Length);
    }

    public static string OfForm(IReadOnlyList<FormPart> parts) =>
        ServerText.Clean($"(a form: {string.Join(", ", parts.Select(Of))})", Longest);

    private static string Of(FormPart part) => $"{part.Name}={(SecretNames.Include(part.Name) ? LiveSecrets.Mark : part.Body.Preview)}";

    /// <summary>The text without the values of names such as password, in JSON, forms and XML.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isSecret">True for a name whose value is a secret.</param>
    /// <param name="mark">The text instead of the value.</param>
    public static string WithoutSecrets(string text, Func<string, bool> isSecret, string mark) => Field().Replace(
        text,
        field => isSecret(field.Groups["name"].Value)
            ? string.Concat(field.Value.AsSpan(0, field.Groups["value"].Index - field.Index), mark)
            : field.Value);

    private static string Redact(string text) => WithoutSecrets(text, SecretNames.Include, LiveSecrets.Mark);

    private static Encoding EncodingOf(string? contentType) =>
        (MediaTypeHeaderValue.TryParse(contentType, out var type) ? Charset.ByName(type.CharSet?.Trim('"')) : null) ?? Encoding.UTF8;

    /// <summary>A name and its value: in JSON, in a form, and as an element or attribute of XML.</summary>
    [GeneratedRegex("""
        "(?<name>(?>(?:[^"\\]|\\.)*))"\s*:\s*(?<value>"(?>(?:[^"\\]|\\.)*)"?|[^"\s,\[\]{}][^,\]}\s]*)
        |(?<![^&\s<])(?<name>[^\s=&<>"':]+)=(?<value>"[^"]*"?|'[^']*'?|[^&\s"'<>]+)
        |<(?<name>[^\s<>/!?]+)[^<>]*>(?<value><!\[CDATA\[[\s\S]*?\]\]>|[^<]+)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}
