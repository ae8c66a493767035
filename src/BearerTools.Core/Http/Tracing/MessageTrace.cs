using System.Globalization;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http.Bodies;
using BearerTools.Security;

namespace BearerTools.Http.Tracing;

/// <summary>
/// Shows the heads of one message and its response, and their bodies if the call traces them. Only made if they are seen.
/// </summary>
internal sealed class MessageTrace
{
    private readonly IEventSink? _events;
    private readonly RequestTracer? _tracer;
    private readonly bool _withBodies;
    private TracedExchange? _exchange;

    private MessageTrace(IEventSink? events, RequestTracer? tracer, bool withBodies) =>
        (_events, _tracer, _withBodies) = (events, tracer, withBodies);

    /// <summary>Returns <see langword="null"/> if the heads are neither printed nor kept.</summary>
    public static MessageTrace? For(IEventSink events, RequestTracer? tracer, bool withBodies)
    {
        var isPrinted = events.IsEnabled(EventLevel.Debug);
        return isPrinted || withBodies ? new MessageTrace(isPrinted ? events : null, tracer, withBodies) : null;
    }

    /// <summary>Shows the request that is about to be sent.</summary>
    /// <returns>What the trace keeps of it, or <see langword="null"/> if bodies are not traced.</returns>
    public TracedExchange? Send(HttpRequestMessage message, RequestTemplate template)
    {
        var head = MessageHead.Of(message, _tracer?.ShownQuery);
        var body = _withBodies ? BodyOf(template, message.Content) : null;
        if (_withBodies) _exchange = new TracedExchange(head, body);
        _events?.Write(new MessageTraced(IsResponse: false, head));
        if (body is not null) _events?.Write(new BodyTraced(IsResponse: false, body));
        return _exchange;
    }

    /// <summary>Shows the response, and captures its body if bodies are traced.</summary>
    /// <returns>The body that is being read, or <see langword="null"/>.</returns>
    public BodyCapture? Receive(HttpResponseMessage response)
    {
        // The head as it was received, and the body as it is read.
        var head = MessageHead.Of(response, _tracer?.ShownQuery);
        _events?.Write(new MessageTraced(IsResponse: true, head));
        Decompression.Apply(response);
        if (_exchange is not { } exchange) return null;
        exchange.Respond(head);
        var sent = SecretWords.SentWith(response.RequestMessage);
        var capture = new BodyCapture(response.Content, whole =>
        {
            var body = whole is null ? null : whole with { Text = sent.Mask(whole.Text) };
            exchange.Complete(body);
            if (body is not null) _events?.Write(new BodyTraced(IsResponse: true, body));
            _tracer?.Keep(exchange);
        });
        response.Content = capture;
        return capture;
    }

    private static TracedBody? BodyOf(RequestTemplate template, HttpContent? content) => template.Body switch
    {
        null => null,
        BytesBody bytes => BodyText.Of(
            bytes.Bytes.Span, isCut: false, content?.Headers.NonValidated.TryGetValues("Content-Type", out var type) == true
                ? type.ToString()
                : null),
        { } other => new TracedBody(other.Preview, other.ContentType, IsCut: false, IsText: false),
    };
}

/// <summary>The first line and the fields of a message, without secrets.</summary>
internal static class MessageHead
{
    private const int LongestReason = 100;

    public static TracedHead Of(HttpRequestMessage message, IReadOnlyList<string>? shown)
    {
        var uri = message.RequestUri!;
        var address = TracedAddress.Shown(uri, shown);
        var root = uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        List<KeyValuePair<string, string>> fields = [];
        if (!message.Headers.NonValidated.Contains("Host")) fields.Add(TracedHeaders.Of("Host", uri.Authority));
        foreach (var (name, values) in message.Headers.NonValidated) fields.Add(TracedHeaders.Of(name, values.ToString(), shown));
        if (message.Content is { } content)
        {
            foreach (var (name, values) in content.Headers.NonValidated) fields.Add(TracedHeaders.Of(name, values.ToString(), shown));
            if (!content.Headers.NonValidated.Contains("Content-Length") && content.Headers.ContentLength is { } length)
                fields.Add(new KeyValuePair<string, string>("Content-Length", length.ToString(CultureInfo.InvariantCulture)));
        }

        var target = address.StartsWith(root, StringComparison.Ordinal) ? address[root.Length..] : address;
        return new TracedHead($"{message.Method} {target} HTTP/{message.Version}", fields);
    }

    public static TracedHead Of(HttpResponseMessage response, IReadOnlyList<string>? shown)
    {
        List<KeyValuePair<string, string>> fields = [];
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            // One line for each, because a value of Set-Cookie may contain a comma.
            foreach (var value in values) fields.Add(TracedHeaders.Of(name, value, shown));
        }

        var reason = TraceRedaction.Text.Redact(ServerText.Clean(response.ReasonPhrase ?? string.Empty, LongestReason));
        return new TracedHead($"HTTP/{response.Version} {(int)response.StatusCode} {reason}".TrimEnd(), fields);
    }
}
