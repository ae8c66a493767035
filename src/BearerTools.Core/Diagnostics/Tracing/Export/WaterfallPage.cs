using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Diagnostics.Tracing.Export;

/// <summary>
/// Writes entries as one page for a browser, with its data, style and script. The page loads nothing, and runs no other script: its policy
/// contains the hash of its own.
/// </summary>
/// <param name="includesBodies">True if heads and bodies are written, where they were traced.</param>
internal sealed class WaterfallPage(bool includesBodies)
{
    public void Write(Stream output, IReadOnlyList<BearerTraceEntry> entries)
    {
        var script = Resource("page.js");
        // The browser hashes the text between the tags, which begins with a line break.
        var hash = $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"\n{script}")))}";
        var page = Resource("page.html")
            .Replace("{{hash}}", hash, StringComparison.Ordinal)
            .Replace("{{style}}", Resource("page.css"), StringComparison.Ordinal)
            .Replace("{{script}}", script, StringComparison.Ordinal)
            .Split("{{data}}");
        output.Write(Encoding.UTF8.GetBytes(page[0]));
        // The default encoder also escapes what could end the element, and U+2028.
        using (var json = new Utf8JsonWriter(output)) Data(json, entries);
        output.Write(Encoding.UTF8.GetBytes(page[1]));
    }

    private void Data(Utf8JsonWriter json, IReadOnlyList<BearerTraceEntry> entries)
    {
        var sorted = entries.OrderBy(Begin).ToArray();
        var start = sorted.Length > 0 ? Begin(sorted[0]) : DateTimeOffset.UnixEpoch;
        json.WriteStartObject();
        json.WriteNumber("start", (start - DateTimeOffset.UnixEpoch).TotalMilliseconds);
        json.WriteStartArray("entries");
        foreach (var entry in sorted) Entry(json, entry, start);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Entry(Utf8JsonWriter json, BearerTraceEntry entry, DateTimeOffset start)
    {
        json.WriteStartObject();
        json.WriteNumber("t", Rounded(Begin(entry) - start));
        if (entry.Kind == "Request")
        {
            Time(json, "q", entry.Queue);
            Time(json, "c", entry.Connect - (entry.Tls ?? TimeSpan.Zero));
            Time(json, "l", entry.Tls);
            Time(json, "w", entry.Wait);
            Time(json, "b", entry.Body);
        }
        else
        {
            json.WriteString("k", entry.Kind);
            Time(json, "d", entry.Duration, orZero: entry.Duration is not null);
        }

        Text(json, "m", entry.Method);
        Text(json, "u", entry.Uri);
        if (entry.Status is { } status) json.WriteNumber("s", status);
        if (entry.Attempt is { } attempt) json.WriteNumber("a", attempt);
        Text(json, "r", entry.Reason);
        Text(json, "p", entry.Profile);
        Text(json, "f", entry.Fingerprint);
        if (entry.BytesSent is { } sent) json.WriteNumber("o", sent);
        if (entry.Bytes is { } bytes) json.WriteNumber("i", bytes);
        Text(json, "v", entry.HttpVersion?.ToString());
        if (entry.IsConnectionReused is { } isReused) json.WriteBoolean("z", isReused);
        Text(json, "x", entry.RequestId);
        Text(json, "y", entry.CorrelationId);
        Text(json, "e", entry.Error);
        Text(json, "g", entry.Message);
        Text(json, "n", entry.Flow);
        if (entry.Input is { } input) json.WriteNumber("j", input);
        if (includesBodies && entry.Exchange is { } exchange)
        {
            json.WriteStartObject("h");
            Text(json, "Request head", exchange.Request?.ToString());
            Text(json, "Request body", exchange.RequestBody?.ToString());
            Text(json, "Response head", exchange.Response?.ToString());
            Text(json, "Response body", exchange.ResponseBody?.ToString());
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>A token event is recorded when its request ends.</summary>
    private static DateTimeOffset Begin(BearerTraceEntry entry) =>
        entry.Kind == "Token" ? entry.Time - (entry.Duration ?? TimeSpan.Zero) : entry.Time;

    private static void Time(Utf8JsonWriter json, string name, TimeSpan? time, bool orZero = false)
    {
        if (Rounded(time ?? TimeSpan.Zero) is var value && (value > 0 || orZero)) json.WriteNumber(name, value);
    }

    /// <summary>Redacted once more: a secret may have become known after the entry was made.</summary>
    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, LiveSecrets.Redact(value));
    }

    private static double Rounded(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    private static string Resource(string name)
    {
        using var stream = typeof(WaterfallPage).Assembly.GetManifestResourceStream($"BearerTools.Trace.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
