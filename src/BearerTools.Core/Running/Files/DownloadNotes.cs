using System.Text.Json;
using System.Text.Json.Serialization;
using BearerTools.Http.Bodies;

namespace BearerTools.Running.Files;

/// <summary>Of which version of what a partial file is a part, as far as the server said.</summary>
/// <param name="ETag">Its entity tag (RFC 9110 section 8.8.3), with its quotes.</param>
/// <param name="LastModified">When it was changed, where that tells versions apart.</param>
/// <param name="Length">All of its bytes.</param>
internal sealed record DownloadNotes(string? ETag, string? LastModified, long? Length)
{
    /// <summary>A later change might bear the same second (RFC 9110 section 8.8.2.2).</summary>
    private static readonly TimeSpan s_certain = TimeSpan.FromSeconds(1);

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

    /// <returns>Nothing when there are none, or none that can be read.</returns>
    public static DownloadNotes? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<DownloadNotes>(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (FileFault.IsCause(e) || e is JsonException)
        {
            return null;
        }
    }

    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this));
}
