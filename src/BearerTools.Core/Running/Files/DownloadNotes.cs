using System.Text.Json;
using System.Text.Json.Serialization;
using BearerTools.Http;
using BearerTools.Http.Bodies;

namespace BearerTools.Running.Files;

/// <summary>
/// The note beside a partial file: of which version of what it is a part, as far as the server said. It also marks the part as
/// this module's: a part without one is somebody else's and is left alone.
/// </summary>
/// <param name="ETag">Its entity tag (RFC 9110 section 8.8.3), with its quotes.</param>
/// <param name="LastModified">When it was changed, where that tells versions apart.</param>
/// <param name="Length">All of its bytes.</param>
internal sealed record DownloadNotes(string? ETag, string? LastModified, long? Length)
{
    private const string OwnMark = "BearerTools: a partial download";

    private const int LongestNote = 64 * 1024;

    /// <summary>A later change might bear the same second (RFC 9110 section 8.8.2.2).</summary>
    private static readonly TimeSpan s_certain = TimeSpan.FromSeconds(1);

    /// <summary>Says whose note it is.</summary>
    public string? Writer { get; init; }

    /// <summary>What If-Range may hold: weak tags say that two versions mean the same, not that their bytes are.</summary>
    [JsonIgnore]
    public string? Validator => ETag is { } tag && !tag.StartsWith("W/", StringComparison.Ordinal) ? tag : LastModified;

    public static DownloadNotes Of(HttpResponseMessage response)
    {
        var changed = response.Content.Headers.LastModified;
        var isCertain = changed is not null && response.Headers.Date - changed >= s_certain;
        return new DownloadNotes(
            response.Headers.ETag?.ToString(),
            isCertain ? changed!.Value.ToString("R") : null,
            response.Content.Headers.ContentRange is { } range ? range.Length : response.Content.Headers.ContentLength);
    }

    /// <returns><see langword="null"/> if there is no note, or none of this module's.</returns>
    public static DownloadNotes? Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.LinkTarget is not null || file.Length is 0 or > LongestNote) return null;
            var notes = JsonSerializer.Deserialize<DownloadNotes>(File.ReadAllBytes(path));
            if (notes?.Writer != OwnMark) return null;
            // A file that anybody may have changed: what goes into a request from here has to be what it is taken for.
            return notes with
            {
                ETag = notes.ETag is null ? null : ServerValue.EntityTag(notes.ETag),
                LastModified = notes.LastModified is { } date && ServerValue.HttpDate(date) is not null ? date : null,
            };
        }
        catch (Exception e) when (FileFault.IsCause(e) || e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Writes a new file; an older note has to be removed before.</summary>
    public void Write(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(JsonSerializer.SerializeToUtf8Bytes(this with { Writer = OwnMark }));
    }
}
