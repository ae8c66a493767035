using System.Collections.Frozen;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http.Bodies;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>Writes a message's headers, validated or unchanged.</summary>
internal static class RequestHeaders
{
    public const string LastEventId = "Last-Event-ID";

    private const string Agent = "User-Agent";
    private const string AcceptEncoding = "Accept-Encoding";
    private const string ContentType = "Content-Type";
    private const string SendAsIs = "If the API requires it in this form, -SkipHeaderValidation sends it unchanged.";
    private const string NameAdvice =
        "Use letters, digits and hyphens in the name, and pass the value separately: @{ 'X-Name' = 'value' }.";

    /// <summary>Content headers, which are sent with the body.</summary>
    private static readonly FrozenSet<string> s_ofContent = new[]
    {
        "Allow", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Location",
        "Content-MD5", "Content-Range", "Content-Type", "Expires", "Last-Modified",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="BearerRequestException">A header is not valid.</exception>
    public static void Write(HttpRequestMessage message, RequestTemplate template, SendOptions options)
    {
        for (var i = 0; i < template.Headers.Count; i++)
        {
            var (name, value) = template.Headers[i];
            HttpHeaders? place = s_ofContent.Contains(name) ? message.Content?.Headers : message.Headers;
            // Headers that describe a body make no sense without one.
            if (place is null || (message.Content is null && name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)))
                continue;
            // The caller's header replaces the one derived from the body, but not the caller's own of the same name.
            if (place is HttpContentHeaders content && IsFirst(template.Headers, i))
            {
                CheckLength(content, name, value);
                place.Remove(name);
            }

            Add(place, name, value, options.SkipHeaderValidation);
        }

        if (template.SentContentType is { } type)
        {
            message.Content!.Headers.Remove(ContentType);
            Add(message.Content.Headers, ContentType, type, options.SkipHeaderValidation);
        }

        if (template.Cookies is { Length: > 0 } cookies)
        {
            CheckWritable("Cookie", cookies);
            message.Headers.TryAddWithoutValidation("Cookie", cookies);
        }

        if (!string.IsNullOrEmpty(options.UserAgent) && !message.Headers.NonValidated.Contains(Agent))
            message.Headers.TryAddWithoutValidation(Agent, options.UserAgent);
        if (!message.Headers.NonValidated.Contains(AcceptEncoding))
            message.Headers.TryAddWithoutValidation(AcceptEncoding, Decompression.Accepted);
        if (options.ClosesConnection) message.Headers.ConnectionClose = true;
        if (options.TransferEncoding is { } coding && message.Content is not null)
        {
            // The order matters: chunked is always the last coding.
            if (coding is not ("chunked" or "identity")) message.Headers.TransferEncoding.Add(new TransferCodingHeaderValue(coding));
            message.Headers.TransferEncodingChunked = true;
        }
    }

    /// <summary>Validates the values that every message carries, before there is a message.</summary>
    /// <exception cref="BearerRequestException">A value is not valid.</exception>
    public static void Check(string? userAgent, string? contentType, bool asIs)
    {
        using var message = new HttpRequestMessage { Content = new ByteArrayContent([]) };
        if (!string.IsNullOrEmpty(userAgent)) Add(message.Headers, Agent, userAgent, asIs);
        if (contentType is not null) Add(message.Content.Headers, ContentType, contentType, asIs);
    }

    /// <summary>The encoding of a header's value; <see langword="null"/> for ASCII.</summary>
    public static Encoding? EncodingOf(string name) => IsUtf8(name) ? Encoding.UTF8 : null;

    /// <summary>Refuses what no header can have, even without validation.</summary>
    /// <exception cref="BearerRequestException">The name or the value cannot be sent. The message does not contain the value.</exception>
    public static void CheckWritable(string name, string value)
    {
        if (name.Length == 0) throw Refuse("A header has no name.", NameAdvice);
        if (HttpToken.IndexOfInvalid(name) is >= 0 and var invalid)
        {
            throw Refuse(
                $"The name of the header '{HttpToken.Shown(name)}' contains {HttpToken.Describe(name[invalid])}.", NameAdvice);
        }

        if (!value.AsSpan().ContainsAnyExceptInRange(' ', '~')) return;
        // They would end the header and start another one.
        if (value.AsSpan().IndexOfAny('\r', '\n', '\0') is >= 0 and var end)
        {
            throw Refuse(
                $"The value of the header {HttpToken.Shown(name)} contains {HttpToken.Describe(value[end])}.",
                "Remove it from the value, such as with .Trim().");
        }

        if (!IsUtf8(name) && !IsWritable(value)) throw NotAscii(name);
    }

    /// <summary>True if a value can be written: headers hold ASCII (RFC 9110 section 5.5).</summary>
    public static bool IsWritable(string value) => !value.AsSpan().ContainsAnyExceptInRange('\u0001', '\u007f');

    /// <summary>Returns the error for the first header that cannot be written, or <see langword="null"/>.</summary>
    public static BearerRequestException? Unwritable(HttpRequestMessage message)
    {
        foreach (var (name, values) in message.Headers.NonValidated.Concat(message.Content?.Headers.NonValidated ?? default))
        {
            if (!IsUtf8(name) && values.Any(value => !IsWritable(value))) return NotAscii(name);
        }

        return null;
    }

    /// <summary>True for the one header that is sent in UTF-8 (HTML Living Standard section 9.2.4).</summary>
    private static bool IsUtf8(string name) => name.Equals(LastEventId, StringComparison.OrdinalIgnoreCase);

    private static bool IsFirst(IReadOnlyList<KeyValuePair<string, string>> headers, int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (headers[i].Key.Equals(headers[index].Key, StringComparison.OrdinalIgnoreCase)) return false;
        }

        return true;
    }

    /// <summary>A wrong length would break the connection in the middle of the body.</summary>
    private static void CheckLength(HttpContentHeaders content, string name, string value)
    {
        if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || content.ContentLength is not { } length) return;
        if (ServerValue.Number(value) is { } given && given == length) return;
        throw new BearerRequestException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The Content-Length header says {ServerText.Clean(value, 40)}, but the body has {length} bytes."))
        {
            ErrorId = "ContentLengthWrong",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Leave the header out: the length is sent anyway.",
        };
    }

    private static void Add(HttpHeaders place, string name, string value, bool asIs)
    {
        CheckWritable(name, value);
        try
        {
            if (!asIs) place.Add(name, value);
            else if (!place.TryAddWithoutValidation(name, value)) throw Invalid(name, "Correct or omit it.");
        }
        catch (FormatException) when (TracedHeaders.IsHarmless(name, value))
        {
            throw RefuseValue(name, value);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
        {
            throw Invalid(name, $"Correct it. {SendAsIs}");
        }
    }

    private static BearerRequestException NotAscii(string name) => Refuse(
        $"The header {HttpToken.Shown(name)} cannot be sent: its value contains characters other than ASCII.",
        "Encode the value as the API expects it, for example with [uri]::EscapeDataString (RFC 8187), or send it in the body.");

    /// <summary>The runtime's message, as in Invoke-RestMethod. It does not name the header, so the advice does.</summary>
    private static BearerRequestException RefuseValue(string name, string value) => Refuse(
        $"The format of value '{ServerText.Clean(value, 200)}' is invalid.",
        $"It is the value of the header {HttpToken.Shown(name)}: correct it. {SendAsIs}");

    private static BearerRequestException Invalid(string name, string nextStep) =>
        Refuse($"The header {HttpToken.Shown(name)} has an invalid value.", nextStep);

    /// <summary>The messages omit values: headers may be secret.</summary>
    private static BearerRequestException Refuse(string message, string nextStep) => new(message)
    {
        ErrorId = "HeaderRefused",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
