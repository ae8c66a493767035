using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// A whole answer of an authority, read and let go of its connection. The sender is the beginning of a sentence:
/// <c>The token endpoint https://…</c>.
/// </summary>
internal sealed record BackchannelResponse(string Sender, HttpStatusCode Status, string? MediaType, HttpResponseHeaders Headers, ReadOnlyMemory<byte> Body)
{
    private static readonly byte[] s_byteOrderMark = [0xEF, 0xBB, 0xBF];

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public bool IsHtml => MediaType is not null && MediaType.Contains("html", StringComparison.OrdinalIgnoreCase);

    public string Text => Encoding.UTF8.GetString(Content.Span);

    private ReadOnlyMemory<byte> Content => Body.Span.StartsWith(s_byteOrderMark) ? Body[s_byteOrderMark.Length..] : Body;

    /// <summary>The JSON. When it is none, the text is not repeated: it may hold a token.</summary>
    public JsonElement ReadJson()
    {
        try
        {
            return ServerJson.Parse(Content);
        }
        catch (JsonException e)
        {
            throw NotJson(e);
        }
    }

    public JsonElement? TryReadJson() => ServerJson.TryParse(Content);

    public BearerTokenException NotJson(JsonException? cause = null)
    {
        var kind = Body.IsEmpty ? "an empty answer" : MediaType is null ? "something" : ServerText.Clean(MediaType, 100);
        var place = cause?.LineNumber is { } line ? $" (line {line + 1}, byte {cause.BytePositionInLine + 1})" : string.Empty;
        return new BearerTokenException($"{Sender} answered {(int)Status} with {kind}, which is not the JSON that was expected{place}.")
        {
            ErrorId = "AnswerNotJson",
            Kind = BearerErrorKind.InvalidData,
            StatusCode = Status,
            NextStep = IsHtml
                ? "That is a web page: check the address, and whether a proxy or a sign-in page answers in its place."
                : "Check the address: it seems to be something else than what it was taken for.",
        };
    }
}
