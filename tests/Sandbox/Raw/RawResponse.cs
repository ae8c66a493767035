using System.Text;

namespace BearerTools.Sandbox.Raw;

/// <summary>The exact bytes that are sent for one request.</summary>
internal sealed record RawResponse(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The pause after each byte; zero sends them at once.</summary>
    public TimeSpan Drip { get; init; }

    public RawEnd End { get; init; }

    /// <summary>A response with the status 200 and a JSON body, which may be shorter than the length that it states.</summary>
    public static string Ok(string body, int? length = null) => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length ?? body.Length}\r\n\r\n{body}";

    /// <summary>Each character is one byte. After a final null character, which is not sent, the connection is closed.</summary>
    /// <param name="text">The text; <see langword="null"/> closes the connection without a response.</param>
    public static RawResponse Of(string? text) =>
        new(Encoding.Latin1.GetBytes(text?.TrimEnd('\0') ?? string.Empty)) { End = text is null or [.., '\0'] ? RawEnd.Close : RawEnd.Keep };

    public static implicit operator RawResponse(string? text) => Of(text);
}
