using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Http.Bodies;

/// <summary>
/// Shows a body before it is sent: the beginning of its text, without secrets in use and without values of names such as password.
/// </summary>
internal static class BodyPreview
{
    public const int Longest = 200;

    private const int LongestAddress = 2000;

    /// <summary>Much more than is shown, so that a secret that begins in the shown part is found.</summary>
    private const int LongestRead = 128 * 1024;

    /// <summary>Characters that text does not have. A terminal would not show the control characters.</summary>
    private static readonly SearchValues<char> s_binary = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(code => (char)code).Where(c => c is not ('\t' or '\r' or '\n' or '\f' or '\u001b')), '\uFFFD']);

    private static readonly RedactionOptions s_options = new();
    private static readonly BodyRedaction s_body = new(s_options);

    public static string Of(ReadOnlySpan<byte> body, string? contentType)
    {
        var read = body[..Math.Min(body.Length, LongestRead)];
        var text = EncodingOf(contentType).GetString(read);
        if (text.AsSpan().ContainsAny(s_binary)) return $"({body.Length} bytes)";
        return ServerText.Clean(Redact(text, read.Length < body.Length), Longest, isCut: read.Length < body.Length);
    }

    /// <summary>
    /// The address with its query, because the query may say what is changed: only values of names such as password are left out, and what
    /// has no name.
    /// </summary>
    public static string OfAddress(Uri address)
    {
        var path = PrintableAddress.WithoutQuery(address);
        if (address.Query.Length < 2) return path;
        var query = string.Join('&', address.Query[1..].Split('&').Select(Pair));
        return ServerText.Clean($"{path}?{query}", LongestAddress);
    }

    private static string Pair(string pair)
    {
        if (pair.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var end)) return "…";
        // A secret may be recognised only without its escapes.
        var value = Uri.UnescapeDataString(pair[(end + 1)..]);
        return s_body.Redact(value) == value ? s_body.RedactPairs(pair) : $"{pair[..end]}={s_options.Mark}";
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
        (MediaTypeHeaderValue.TryParse(contentType, out var type) ? CharsetName.Find(type.CharSet) : null) ?? Encoding.UTF8;
}
