using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Http.Bodies;

/// <summary>
/// Shows a request before it is sent: the address and the beginning of the body's text, without secrets in use and without values of names
/// such as password.
/// </summary>
internal static class BodyPreview
{
    public const int Longest = 200;

    /// <summary>Much more than is shown, so that a secret that begins in the shown part is found.</summary>
    private const int LongestRead = 128 * 1024;

    /// <summary>The replacement of an invalid byte, and the control characters that no text has.</summary>
    private static readonly SearchValues<char> s_notInText = SearchValues.Create(
        "\uFFFD" + string.Concat(Enumerable.Range(0, ' ').Select(code => (char)code).Except("\t\n\v\f\r\u001b")));

    private static readonly RedactionOptions s_options = new();
    private static readonly BodyRedaction s_body = new(s_options);

    /// <summary>The address with the values of its query: a user decides by them, for example which object to delete.</summary>
    public static string Of(Uri address) => PrintableAddress.Of(address, s_body.RedactPairs);

    public static string Of(ReadOnlySpan<byte> body, string? contentType)
    {
        var read = body[..Math.Min(body.Length, LongestRead)];
        var text = EncodingOf(contentType).GetString(read);
        if (text.AsSpan().ContainsAny(s_notInText)) return $"({body.Length} bytes)";
        return ServerText.Clean(Redact(text, read.Length < body.Length), Longest, isCut: read.Length < body.Length);
    }

    public static string OfForm(IReadOnlyList<FormPart> parts) =>
        ServerText.Clean($"(a form: {string.Join(", ", parts.Select(Of))})", Longest);

    private static string Of(FormPart part)
    {
        var value = part.Body.Preview;
        return $"{part.Name}={(s_options.IncludesParameter(part.Name, value) ? s_options.Mark : value)}";
    }

    private static string Redact(string text, bool isCut) =>
        text.AsSpan().TrimStart() is ['{' or '[', ..] && s_body.Json.Copy(Encoding.UTF8.GetBytes(text), isCut) is { IsWhole: true } json
            && json.Text.Contains(s_options.Mark, StringComparison.Ordinal)
            ? json.Text : s_body.Redact(text);

    private static Encoding EncodingOf(string? contentType) =>
        (MediaTypeHeaderValue.TryParse(contentType, out var type) ? Charset.ByName(type.CharSet?.Trim('"')) : null) ?? Encoding.UTF8;
}
