using System.Text.Encodings.Web;
using System.Text.Json;

namespace BearerTools.Mocking.Recordings;

/// <summary>The content of a recording file.</summary>
/// <param name="BaseUri">The base address of the API.</param>
/// <param name="Redaction">What was removed, and has to be removed from requests before they are compared.</param>
/// <param name="Entries">The requests.</param>
internal sealed record Recording(Uri BaseUri, Redaction Redaction, IReadOnlyList<RecordedEntry> Entries)
{
    /// <summary>The version of the format that this code writes, and the newest that it reads.</summary>
    public const int Version = 1;

    /// <summary>A copy without the secrets that this version removes, and without the values of further names.</summary>
    public Recording Redact(IReadOnlyList<string> names) =>
        Redact(new Redaction([.. Redaction.Names.Union(names, StringComparer.OrdinalIgnoreCase)]));

    /// <summary>A copy without the secrets that the redaction removes.</summary>
    public Recording Redact(Redaction redaction)
    {
        return new Recording(BaseUri, redaction, [.. Entries.Select(entry => entry with
        {
            Address = redaction.RedactAddress(entry.Address),
            RequestBody = RecordedBody.Of(entry.RequestBody?.Content, redaction),
            Headers = [.. entry.Headers.Select(redaction.Redact)],
            Body = RecordedBody.Of(entry.Body?.Content, redaction),
        })]);
    }

    /// <summary>
    /// The file: indented, without anything that differs in each run, and sorted by address, because the order of concurrent requests does.
    /// The requests to one address keep their order.
    /// </summary>
    public byte[] ToUtf8()
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(stream, options))
        {
            writer.WriteStartObject();
            writer.WriteNumber(RecordingReader.VersionName, Version);
            writer.WriteString(RecordingReader.BaseUriName, BaseUri.AbsoluteUri);
            if (Redaction.Names.Count > 0)
            {
                writer.WriteStartArray(RecordingReader.RedactedName);
                foreach (var name in Redaction.Names.Order(StringComparer.OrdinalIgnoreCase)) writer.WriteStringValue(name);
                writer.WriteEndArray();
            }

            writer.WriteStartArray(RecordingReader.EntriesName);
            var sorted = Entries.OrderBy(entry => entry.Address, StringComparer.Ordinal)
                .ThenBy(entry => entry.Method, StringComparer.Ordinal);
            foreach (var entry in sorted) Write(writer, entry);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, RecordedEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString(RecordingReader.MethodName, entry.Method);
        writer.WriteString(RecordingReader.AddressName, entry.Address);
        Write(writer, entry.RequestBody, "request");
        if (entry.Fault != MockFault.None)
        {
            writer.WriteString(RecordingReader.FaultName, entry.Fault.ToString());
        }
        else
        {
            writer.WriteNumber(RecordingReader.StatusName, entry.Status);
            writer.WriteStartObject(RecordingReader.HeadersName);
            var headers = entry.Headers.GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
                .OrderBy(group => group.Key, StringComparer.OrdinalIgnoreCase);
            foreach (var group in headers)
            {
                if (group.Count() == 1)
                {
                    writer.WriteString(group.Key, group.First().Value);
                    continue;
                }

                writer.WriteStartArray(group.Key);
                foreach (var (_, value) in group) writer.WriteStringValue(value);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
            Write(writer, entry.Body, "response");
            if (entry.IsCut) writer.WriteBoolean(RecordingReader.CutName, true);
        }

        if (entry.Delay is { } delay) writer.WriteNumber(RecordingReader.DelayName, (long)delay.TotalMilliseconds);
        if (entry.HasDigest) writer.WriteString(RecordingReader.DigestName, ResponseDigest.Of(entry));

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RecordedBody? body, string name)
    {
        if (body is null) return;
        if (body.Json is { } json)
        {
            writer.WritePropertyName(name + "Json");
            json.WriteTo(writer);
        }
        else if (body.Text is not null)
        {
            writer.WriteString(name + "Text", body.Text);
        }
        else
        {
            writer.WriteBase64String(name + "Base64", body.Bytes);
        }
    }
}
