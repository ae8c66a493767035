using System.Text;
using BearerTools.Mocking.Recordings;

namespace BearerTools.Fuzz.Targets;

/// <summary>Recordings, which people edit, HAR files of browsers, and the text that is searched for secrets as it is recorded.</summary>
internal static class RecordingTargets
{
    private static readonly Uri s_base = new("https://a.example/");

    public static IEnumerable<Target> All { get; } =
    [
        Target.OfBytes("Recordings", "recording", bytes => Use(RecordingReader.Read("/a.json", bytes))),
        Target.OfBytes("EditedRecordings", "recording", bytes => Use(RecordingReader.Read("/a.json", bytes, acceptsEdits: true))),
        Target.OfBytes("HarFiles", "har", bytes => Use(RecordingReader.Read("/a.har", bytes, s_base))),
        Target.OfBytes("RecordedBodies", "body", bytes => _ = RecordedBody.Of(bytes, new Redaction(["b"]))?.Content),
        new("RecordedTexts", "events", text => _ = new Redaction(["b"]).Redact(text)),
        new("RecordedForms", "query", text => _ = new Redaction(["b"]).Redact(text)),
    ];

    /// <summary>What is read is written so that it can be read again.</summary>
    private static void Use(Recording recording)
    {
        _ = RecordingComparison.Differences(recording, recording.Redact(["a"])).Take(100).Count();
        var written = recording.ToUtf8();
        var again = RecordingReader.Read("/b.json", written);
        if (!again.ToUtf8().AsSpan().SequenceEqual(written))
            throw new InvalidOperationException($"Written twice, it differs: {Encoding.UTF8.GetString(written)}");
    }
}
