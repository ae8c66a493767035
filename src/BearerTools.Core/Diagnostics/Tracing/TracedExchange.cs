namespace BearerTools.Diagnostics.Tracing;

/// <summary>Heads and bodies of a request and its response, without secrets.</summary>
/// <param name="request">The head of the request.</param>
/// <param name="requestBody">The body of the request, or <see langword="null"/> if it has none.</param>
internal sealed class TracedExchange(TracedHead request, TracedBody? requestBody)
{
    /// <summary>What an exchange takes in memory without its texts.</summary>
    private const int Fixed = 500;

    private volatile bool _isDropped;

    /// <summary>The head of the request, or <see langword="null"/> if newer exchanges needed the memory.</summary>
    public TracedHead? Request => _isDropped ? null : request;

    public TracedBody? RequestBody => _isDropped ? null : requestBody;

    public TracedHead? Response { get; private set; }

    public TracedBody? ResponseBody { get; private set; }

    /// <summary>About what it takes in memory.</summary>
    public int Bytes => Fixed + request.Bytes + (requestBody?.Bytes ?? 0) + (Response?.Bytes ?? 0) + (ResponseBody?.Bytes ?? 0);

    /// <summary>Adds the head of the response.</summary>
    public void Respond(TracedHead head) => Response = head;

    /// <summary>Adds the body of the response.</summary>
    public void Complete(TracedBody? body) => ResponseBody = body;

    /// <summary>Forgets the texts.</summary>
    public void Drop()
    {
        _isDropped = true;
        (request, requestBody, Response, ResponseBody) = (TracedHead.None, null, null, null);
    }
}

/// <summary>The first line of a message and its fields, as on the wire but without secrets.</summary>
internal sealed record TracedHead(string Line, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    private const int FieldOverhead = 60;

    public static TracedHead None { get; } = new(string.Empty, []);

    public int Bytes => (2 * Line.Length) + Fields.Sum(field => FieldOverhead + (2 * (field.Key.Length + field.Value.Length)));

    public override string ToString() => string.Join('\n', Fields.Select(field => $"{field.Key}: {field.Value}").Prepend(Line));
}

/// <summary>The beginning of a body.</summary>
/// <param name="Text">The text without secrets, or what the body is if it is no text.</param>
/// <param name="MediaType">The media type, or <see langword="null"/>.</param>
/// <param name="IsCut">True if the body is longer than the text.</param>
/// <param name="IsText">True if the text is that of the body.</param>
internal sealed record TracedBody(string Text, string? MediaType, bool IsCut, bool IsText)
{
    public int Bytes => 2 * Text.Length;

    public override string ToString() => Text;
}
