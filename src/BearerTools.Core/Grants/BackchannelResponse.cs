using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// A complete response of an authority, buffered. <c>Sender</c> starts error messages, such as <c>The token endpoint
/// https://…</c>.
/// </summary>
internal sealed record BackchannelResponse(
    string Sender, HttpStatusCode Status, string? MediaType, HttpResponseHeaders Headers, ReadOnlyMemory<byte> Body)
{
    public const string LaterOn = "Try again later.";

    private static readonly byte[] s_byteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>How long the server asks to wait, or <see langword="null"/>.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>When to try again, as a sentence.</summary>
    public string TryAgain =>
        !(RetryAfter > TimeSpan.Zero) ? LaterOn
        : ServerDelay.Beyond(RetryAfter.Value, Headers) is { } words ? $"Try again later: the server asks to wait {words}."
        : $"Try again in {TimeText.Seconds(RetryAfter.Value)}, as the server asks.";

    /// <summary>How often the request was sent.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>After a status: how often the request was sent, if more than once.</summary>
    public string AfterAttempts => Attempts > 1 ? FormattableString.Invariant($" (given up after {Attempts} attempts)") : string.Empty;

    /// <summary>What was sent, so that nothing that the server repeats shows it.</summary>
    public Lazy<SecretWords>? Sent { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>True if the server failed or is too busy, so that the same request may succeed later.</summary>
    public bool MayPass => (int)Status is >= 500 or 429 or 408;

    private bool IsJson => MediaType is not null && MediaType.Contains("json", StringComparison.OrdinalIgnoreCase);

    public bool IsHtml => MediaType is not null && MediaType.Contains("html", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for HTML and XML, whatever the type.</summary>
    public bool IsMarkup => IsHtml || Text.AsSpan().TrimStart().StartsWith("<");

    public string Text => Encoding.UTF8.GetString(Content.Span);

    private ReadOnlyMemory<byte> Content => Body.Span.StartsWith(s_byteOrderMark) ? Body[s_byteOrderMark.Length..] : Body;

    /// <param name="now">The local time, for servers that send no Date.</param>
    public BackchannelResponse ReceivedAt(DateTimeOffset now) => this with { RetryAfter = ServerDelay.Delay(Headers, now) };

    /// <summary>A text of this response without the secrets that were sent with the request.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public string? WithoutSecrets(string? text) => text is null || Sent is null ? text : Sent.Value.Mask(text);

    /// <inheritdoc cref="WithoutSecrets(string)"/>
    public JsonElement WithoutSecrets(JsonElement json) => Sent is null ? json : Sent.Value.Mask(json);

    /// <summary>Returns the body as JSON. On failure, the error does not quote the body: it may contain a token.</summary>
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

    /// <param name="cause">Where it is no JSON, or <see langword="null"/>.</param>
    /// <param name="words">What it says, without secrets, or <see langword="null"/>.</param>
    public BearerTokenException NotJson(JsonException? cause = null, string? words = null)
    {
        // Its media type says what it should be.
        var isBroken = IsJson && !Body.IsEmpty && cause is not null;
        var kind = Body.IsEmpty ? "an empty response" : MediaType is null ? "content of unknown type" : ServerText.Clean(MediaType, 100);
        var place = cause?.LineNumber is { } line ? $" (line {line + 1}, byte {cause.BytePositionInLine + 1})" : string.Empty;
        var what = isBroken ? "invalid JSON" : $"{kind} instead of JSON";
        return new BearerTokenException($"{Sender} responded with status {(int)Status} and {what}{place}"
            + (words is null ? "." : $": {words}"))
        {
            ErrorId = "ResponseNotJson",
            Kind = BearerErrorKind.InvalidData,
            StatusCode = Status,
            ErrorDescription = words,
            NextStep = isBroken
                ? "The response was cut off, or is not valid: try again. If the error persists, report it to the server's operator."
                : IsHtml
                ? "The response is a web page: check the address, and whether a proxy or sign-in page responded instead."
                : "Check the address: it seems to belong to a different service.",
        };
    }
}
