using System.Text.Json;
using System.Text.Json.Serialization;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Security;

namespace BearerTools.Running.Files;

/// <summary>
/// The note beside a partial file: the version that the part belongs to, as far as the server identified it. It also marks the part as
/// created by this module: a part without a note belongs to another program and is left alone.
/// </summary>
/// <param name="ETag">The entity tag (RFC 9110 section 8.8.3), with its quotes.</param>
/// <param name="LastModified">The time of the last change, if it identifies the version.</param>
/// <param name="Length">The length of the complete file in bytes.</param>
internal sealed record DownloadNotes(string? ETag, string? LastModified, long? Length)
{
    private const string OwnMark = "BearerTools: a partial download";

    private const int LongestNote = 64 * 1024;

    /// <summary>A later change might fall into the same second (RFC 9110 section 8.8.2.2).</summary>
    private static readonly TimeSpan s_certain = TimeSpan.FromSeconds(1);

    /// <summary>Identifies this module's notes.</summary>
    public string? Writer { get; init; }

    /// <summary>The value for If-Range. Weak entity tags do not qualify: they do not identify bytes.</summary>
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

    /// <returns>The note; <see langword="null"/> if there is none, or it is not this module's.</returns>
    public static DownloadNotes? Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.LinkTarget is not null || file.Length is 0 or > LongestNote) return null;
            var notes = JsonSerializer.Deserialize<DownloadNotes>(RegularFile.ReadAllBytes(path, LongestNote));
            if (notes?.Writer != OwnMark) return null;
            // Any program may have changed the file, so the values are validated before a request contains them.
            return notes with
            {
                ETag = notes.ETag is null ? null : ServerValue.EntityTag(notes.ETag),
                LastModified = notes.LastModified is { } date && ServerDelay.HttpDate(date) is not null ? date : null,
            };
        }
        catch (Exception e) when (FileFault.IsCause(e) || e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Writes a new file; an older note must be deleted first.</summary>
    public void Write(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(this with { Writer = OwnMark }));
        }
        catch
        {
            // An incomplete note, as on a full disk, would block the next one.
            file.Dispose();
            File.Delete(path);
            throw;
        }
    }
}
