using System.Net.Http.Headers;
using System.Text;

namespace BearerTools.Security;

/// <summary>
/// The Location of a response as text. The runtime's own property parses it, which may throw (<see cref="AddressParser"/>).
/// </summary>
internal static class LocationHeader
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns the text, decoded if the server sent it as UTF-8, or <see langword="null"/> if there is none.</summary>
    public static string? Read(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("Location", out var values)
            && values.FirstOrDefault() is { } text
            && !string.IsNullOrWhiteSpace(text)
            ? Decoded(text.Trim())
            : null;

    /// <summary>The runtime reads each byte of a header as one character.</summary>
    private static string Decoded(string text)
    {
        if (!text.Any(character => character > '\x7f') || text.Any(character => character > '\xff')) return text;
        try
        {
            return s_strict.GetString(Encoding.Latin1.GetBytes(text));
        }
        catch (DecoderFallbackException)
        {
            return text;
        }
    }
}
