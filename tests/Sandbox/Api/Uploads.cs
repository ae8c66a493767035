using System.Buffers;
using System.Security.Cryptography;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Api;

/// <summary>Takes bodies of any size and says what they were, without keeping them.</summary>
internal static class Uploads
{
    private const int BufferSize = 128 * 1024;

    public static void Map(ApiRoutes api)
    {
        api.Any("/api/sink", Sink);
        api.Any("/api/form", Form);
        // Sent before the body is read: a client that waits for '100 Continue' gets this instead.
        api.Any("/api/sink/refused", http => http.WriteProblem(http.QueryNumber("status", 417), "Refused", "The body is not wanted."));
    }

    private static async Task Sink(HttpContext http)
    {
        var (bytes, hash) = await ReadAsync(http.Request.Body, http.QueryNumber("hash", 1) == 1, http.RequestAborted);
        await http.WriteJson(new
        {
            method = http.Request.Method,
            bytes,
            sha256 = hash,
            contentType = http.Request.ContentType,
            contentLength = http.Request.ContentLength,
            transferEncoding = http.Request.Headers.TransferEncoding.ToString(),
        });
    }

    private static async Task Form(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var files = new List<object>();
        foreach (var file in form.Files)
        {
            await using var stream = file.OpenReadStream();
            var (bytes, hash) = await ReadAsync(stream, wantsHash: true, http.RequestAborted);
            files.Add(new { name = file.Name, fileName = file.FileName, contentType = file.ContentType, bytes, sha256 = hash });
        }

        await http.WriteJson(new
        {
            method = http.Request.Method,
            mediaType = http.Request.ContentType?.Split(';')[0],
            fields = form.ToDictionary(field => field.Key, field => field.Value.ToArray()),
            files,
        });
    }

    private static async Task<(long Bytes, string? Hash)> ReadAsync(Stream body, bool wantsHash, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var bytes = 0L;
            while (await body.ReadAsync(buffer, cancel) is > 0 and var length)
            {
                bytes += length;
                if (wantsHash) hash.AppendData(buffer, 0, length);
            }

            return (bytes, wantsHash ? Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant() : null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
