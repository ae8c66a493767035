using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using BearerTools.Json;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>
/// Reads the requests to one origin from a HAR file, as browsers export it (HTTP Archive 1.2). Its bodies are decoded already, so headers
/// about their encoding are left out.
/// </summary>
/// <param name="error">Creates an error at a position of the file.</param>
internal sealed partial class HarReader(Func<int, string, BearerRequestException> error)
{
    /// <summary>The comment of Export-BearerTrace about a body of which only the beginning is known.</summary>
    private const string CutComment = "Only the beginning was recorded.";

    private static readonly string[] s_withoutBody = ["HEAD", "CONNECT"];

    private Redaction _redaction = new([]);

    /// <param name="log">The value of the field <c>log</c>.</param>
    /// <param name="baseUri">The base address, or <see langword="null"/> if all requests are to one origin.</param>
    /// <param name="lineOf">The line of a position.</param>
    /// <exception cref="BearerRequestException">A field is missing, or there are several origins.</exception>
    public Recording Read(JsonFileNode log, Uri? baseUri, Func<int, int> lineOf)
    {
        var entries = Required(log, "entries", JsonValueKind.Array).Items
            .Select(entry => (Request: Required(entry, "request", JsonValueKind.Object), Entry: entry))
            .Select(pair => (Address: AddressOf(pair.Request), pair.Request, pair.Entry))
            .Where(found => found.Address.Scheme is "http" or "https" && !IsPreflight(found.Request))
            .ToArray();
        Origin[] origins = [.. entries.Select(found => Origin.Of(found.Address)).Distinct()];
        if (baseUri is not null && !origins.Contains(Origin.Of(baseUri)))
        {
            throw error(log.Start, $"there are no requests to {Origin.Of(baseUri)}"
                + (origins.Length == 0 ? "." : $", only to {string.Join(", ", origins.Take(10))}."));
        }

        if (baseUri is null)
        {
            if (origins.Length != 1 || !AddressParser.TryResolve(entries[0].Address, "/", out baseUri))
            {
                throw error(log.Start, origins.Length == 0
                    ? "there are no requests."
                    : $"there are requests to several origins; name one with -BaseUri: {string.Join(", ", origins.Take(10))}.");
            }
        }

        var origin = Origin.Of(baseUri);
        // Requests of a replay are compared without the values that the program blanked when it wrote the file.
        _redaction = new Redaction([.. entries.SelectMany(found => Blanked(found.Address, found.Request))
            .Distinct(StringComparer.OrdinalIgnoreCase)]);
        return new Recording(baseUri, _redaction, [.. entries
            .Where(found => Origin.Of(found.Address) == origin)
            .Select(found => Entry(found.Address, found.Request, Required(found.Entry, "response", JsonValueKind.Object), lineOf) with
            {
                Delay = DelayOf(found.Entry),
            })]);
    }

    private RecordedEntry Entry(Uri address, JsonFileNode request, JsonFileNode response, Func<int, int> lineOf)
    {
        var status = Required(response, "status", JsonValueKind.Number);
        if (!int.TryParse(status.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            || code is not (0 or (>= 100 and <= 999)))
            throw error(status.Start, "'status' is not a status.");
        var content = response.Member("content")?.Value;
        var method = Required(request, "method", JsonValueKind.String).Text.ToUpperInvariant();
        var bytes = BytesOf(content);
        return new RecordedEntry
        {
            Method = method,
            Address = _redaction.Redact(address),
            RequestBody = RecordedBody.Of(
                BytesOf(request.Member("postData")?.Value), _redaction, FormatOf(request.Member("postData")?.Value)),
            Status = code,
            // Browsers write 0 if there was no response.
            Fault = code == 0 ? MockFault.ConnectionReset : MockFault.None,
            Headers = [.. Headers(response)],
            Body = RecordedBody.Of(bytes, _redaction, FormatOf(content)),
            IsCut = bytes is not null && content?.Member("comment")?.Value.Text == CutComment,
            IsTooLong = bytes is null && !s_withoutBody.Contains(method)
                && content?.Member("size")?.Value is { Kind: JsonValueKind.Number } size
                && size.Text.AsSpan().TrimStart('0').Length > 0 && size.Text[0] != '-',
            Line = lineOf(request.Start),
        };
    }

    /// <summary>True for a request that a browser sends by itself before another one to ask for permission (CORS).</summary>
    private static bool IsPreflight(JsonFileNode request) =>
        request.Member("method")?.Value.Text.Equals("OPTIONS", StringComparison.OrdinalIgnoreCase) == true
        && request.Member("headers")?.Value is { Kind: JsonValueKind.Array } headers
        && headers.Items.Any(header => header.Kind == JsonValueKind.Object
            && header.Member("name")?.Value.Text.Equals("Access-Control-Request-Method", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>The format of a body. Text is decoded already.</summary>
    private static BodyFormat FormatOf(JsonFileNode? content) =>
        content?.Member("mimeType")?.Value is { Kind: JsonValueKind.String } type
            && (type.Text.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
                || content.Member("encoding")?.Value.Text == "base64")
            ? BodyFormat.Of(type.Text) : BodyFormat.Unknown;

    /// <summary>Names of parameters and fields of a request whose values are REDACTED, as Export-BearerTrace writes them.</summary>
    private static IEnumerable<string> Blanked(Uri address, JsonFileNode request)
    {
        var data = request.Member("postData")?.Value.Member("text")?.Value;
        var body = data is { Kind: JsonValueKind.String } text ? text.Text : string.Empty;
        return BlankedParameter().Matches(address.Query).Concat(BlankedParameter().Matches(body)).Concat(BlankedMember().Matches(body))
            .Select(match => Uri.UnescapeDataString(match.Groups["name"].Value));
    }

    [GeneratedRegex("(?<![^?&])(?<name>[^?&=]{1,200})=REDACTED(?![^&])", RegexOptions.CultureInvariant)]
    private static partial Regex BlankedParameter();

    [GeneratedRegex("""
        "(?<name>[^"\\]{1,200})"\s{0,9}:\s{0,9}"REDACTED"
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex BlankedMember();

    /// <summary>The time of the whole request; a HAR file has no better one that each program writes.</summary>
    private static TimeSpan? DelayOf(JsonFileNode entry) =>
        entry.Member("time")?.Value is { Kind: JsonValueKind.Number } time
            && double.TryParse(time.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds >= 0
            ? RecordedEntry.Rounded(TimeSpan.FromMilliseconds(Math.Min(milliseconds, RecordedEntry.LongestDelay.TotalMilliseconds)))
            : null;

    private IEnumerable<KeyValuePair<string, string>> Headers(JsonFileNode response)
    {
        if (response.Member("headers")?.Value is not { Kind: JsonValueKind.Array } headers) yield break;
        foreach (var header in headers.Items)
        {
            var name = Required(header, "name", JsonValueKind.String).Text;
            // Pseudo-headers of HTTP/2 begin with a colon.
            if (name.StartsWith(':') || ApiRecorder.IsOmitted(name)) continue;
            yield return _redaction.Redact(KeyValuePair.Create(name, Required(header, "value", JsonValueKind.String).Text));
        }
    }

    private byte[]? BytesOf(JsonFileNode? content)
    {
        if (content?.Member("text")?.Value is not { Kind: JsonValueKind.String } text) return null;
        if (content.Member("encoding")?.Value.Text != "base64") return Encoding.UTF8.GetBytes(text.Text);
        var bytes = new byte[text.Text.Length];
        return Convert.TryFromBase64String(text.Text, bytes, out var length) ? bytes[..length]
            : throw error(text.Start, "'text' is not Base64.");
    }

    private Uri AddressOf(JsonFileNode request)
    {
        var url = Required(request, "url", JsonValueKind.String);
        return AddressParser.TryParse(url.Text, out var address)
            && (address.Scheme is not ("http" or "https") || Origin.TryOf(address, out _)) ? address
            : throw error(url.Start, "'url' is not an absolute address.");
    }

    private JsonFileNode Required(JsonFileNode node, string name, JsonValueKind kind)
    {
        var value = node.Member(name)?.Value ?? throw error(node.Start, $"the field '{name}' is missing.");
        return value.Kind == kind ? value : throw error(value.Start, $"'{name}' has another type than a HAR file has there.");
    }
}
