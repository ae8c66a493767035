using System.Globalization;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Diagnostics.Tracing.Export;

/// <summary>Writes entries as HTTP Archive 1.2. Names that begin with an underscore are this module's, as the format allows.</summary>
/// <param name="output">Receives the UTF-8 text.</param>
/// <param name="includesBodies">True if bodies are written, where they were traced.</param>
internal sealed class HarWriter(Stream output, bool includesBodies) : IDisposable
{
    private readonly Utf8JsonWriter _json = new(output, new JsonWriterOptions { Indented = true });

    /// <param name="entries">The entries.</param>
    /// <param name="version">Version of this module.</param>
    public void Write(IReadOnlyList<BearerTraceEntry> entries, string version)
    {
        _json.WriteStartObject();
        _json.WriteStartObject("log");
        _json.WriteString("version", "1.2");
        _json.WriteStartObject("creator");
        _json.WriteString("name", "BearerTools");
        _json.WriteString("version", version);
        _json.WriteEndObject();
        _json.WriteStartArray("pages");
        _json.WriteEndArray();
        _json.WriteStartArray("entries");
        foreach (var entry in entries.Where(entry => entry.Kind == "Request").OrderBy(entry => entry.Time)) Request(entry);
        _json.WriteEndArray();
        _json.WriteStartArray("_events");
        foreach (var entry in entries.Where(entry => entry.Kind != "Request")) Event(entry);
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
    }

    public void Dispose() => _json.Dispose();

    private void Request(BearerTraceEntry entry)
    {
        _json.WriteStartObject();
        Time(entry);
        // The total has to be the sum of its parts; TLS is a part of connecting.
        var (queue, connect) = (Rounded(entry.Queue), Rounded(entry.Connect));
        var (wait, receive) = (Rounded(entry.Wait), Rounded(entry.Body));
        _json.WriteNumber("time", Math.Round(queue + connect + wait + receive, 3));
        Sent(entry);
        Received(entry);
        _json.WriteStartObject("cache");
        _json.WriteEndObject();
        _json.WriteStartObject("timings");
        _json.WriteNumber("blocked", queue);
        _json.WriteNumber("dns", -1);
        _json.WriteNumber("connect", connect > 0 ? connect : -1);
        _json.WriteNumber("ssl", Rounded(entry.Tls) is > 0 and var tls ? tls : -1);
        _json.WriteNumber("send", 0);
        _json.WriteNumber("wait", wait);
        _json.WriteNumber("receive", receive);
        _json.WriteEndObject();
        Optional("_profile", entry.Profile);
        Optional("_fingerprint", entry.Fingerprint);
        Optional("_reason", entry.Reason);
        Optional("_requestId", entry.RequestId);
        Optional("_correlationId", entry.CorrelationId);
        _json.WriteNumber("_attempt", entry.Attempt ?? 1);
        _json.WriteNumber("_input", entry.Input ?? 0);
        _json.WriteEndObject();
    }

    private void Sent(BearerTraceEntry entry)
    {
        var exchange = entry.Exchange;
        _json.WriteStartObject("request");
        Text("method", entry.Method);
        Text("url", entry.Uri);
        Text("httpVersion", VersionOf(entry));
        Fields(exchange?.Request);
        _json.WriteStartArray("queryString");
        foreach (var pair in Pairs(entry.Uri!))
        {
            var end = pair.IndexOf('=', StringComparison.Ordinal);
            Pair(Uri.UnescapeDataString(end < 0 ? pair : pair[..end]), end < 0 ? string.Empty : Uri.UnescapeDataString(pair[(end + 1)..]));
        }

        _json.WriteEndArray();
        if (includesBodies && exchange?.RequestBody is { } body)
        {
            _json.WriteStartObject("postData");
            Text("mimeType", body.MediaType);
            Body(body);
            _json.WriteEndObject();
        }

        _json.WriteNumber("headersSize", -1);
        _json.WriteNumber("bodySize", entry.BytesSent ?? -1);
        _json.WriteEndObject();
    }

    private void Received(BearerTraceEntry entry)
    {
        var exchange = entry.Exchange;
        var body = exchange?.ResponseBody;
        _json.WriteStartObject("response");
        _json.WriteNumber("status", entry.Status ?? 0);
        Text("statusText", exchange?.Response?.Line.Split(' ', 3) is [_, _, var reason] ? reason : string.Empty);
        Text("httpVersion", VersionOf(entry));
        Fields(exchange?.Response);
        _json.WriteStartObject("content");
        _json.WriteNumber("size", entry.Bytes ?? 0);
        Text("mimeType", body?.MediaType ?? "x-unknown");
        if (includesBodies && body is not null) Body(body);
        _json.WriteEndObject();
        Text("redirectURL", Field(exchange?.Response, "Location"));
        _json.WriteNumber("headersSize", -1);
        _json.WriteNumber("bodySize", -1);
        Optional("_error", entry.Error);
        _json.WriteEndObject();
    }

    private void Event(BearerTraceEntry entry)
    {
        _json.WriteStartObject();
        Time(entry);
        Text("kind", entry.Kind);
        Text("message", entry.Message);
        Optional("error", entry.Error);
        Optional("origin", entry.Uri);
        Optional("flow", entry.Flow);
        if (entry.Duration is { } duration) _json.WriteNumber("time", Rounded(duration));
        _json.WriteEndObject();
    }

    private void Fields(TracedHead? head)
    {
        // Values of cookies are never recorded.
        _json.WriteStartArray("cookies");
        _json.WriteEndArray();
        _json.WriteStartArray("headers");
        foreach (var (name, value) in head?.Fields ?? []) Pair(name, value);
        _json.WriteEndArray();
    }

    private void Body(TracedBody body)
    {
        if (body.IsText) Text("text", body.Text);
        if (!body.IsText) Text("comment", body.Text);
        else if (body.IsCut) _json.WriteString("comment", "Only the beginning was recorded.");
    }

    private void Time(BearerTraceEntry entry) => _json.WriteString(
        "startedDateTime", entry.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture));

    private void Pair(string name, string value)
    {
        _json.WriteStartObject();
        Text("name", name);
        Text("value", value);
        _json.WriteEndObject();
    }

    private void Optional(string name, string? value)
    {
        if (value is not null) Text(name, value);
    }

    /// <summary>Redacted once more: a secret may have become known after the entry was made.</summary>
    private void Text(string name, string? value) => _json.WriteString(name, LiveSecrets.Redact(value ?? string.Empty));

    private static string? Field(TracedHead? head, string name) =>
        head?.Fields.FirstOrDefault(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static string VersionOf(BearerTraceEntry entry) => entry.HttpVersion is { } version ? $"HTTP/{version}" : "unknown";

    private static string[] Pairs(string address) =>
        address.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? address[(query + 1)..].Split('&') : [];

    private static double Rounded(TimeSpan? time) => Math.Round(time?.TotalMilliseconds ?? 0, 3);
}
