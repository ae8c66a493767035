using System.Runtime.ExceptionServices;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Tokens;

namespace BearerTools.Running.Files;

/// <summary>
/// Looks for a sign-in page in the beginning of a body that is about to be saved, before there is a file. What was read is put back.
/// </summary>
internal static class PageProbe
{
    /// <summary>A form further down is not looked for.</summary>
    private const int Longest = 256 * 1024;

    private const int FirstRead = 16 * 1024;

    /// <summary>The error for a sign-in page; <see langword="null"/> if the body is to be saved.</summary>
    public static async Task<BearerRequestException?> FindAsync(ApiResponse response, CancellationToken cancel)
    {
        if (!SignInPage.MayBe(response)) return null;
        var content = response.Message.Content;
        ExceptionDispatchInfo? fault = null;
        var stream = await content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        // One byte more, so that the end of a small file is found without a larger buffer.
        var buffer = new byte[(int)Math.Min(FirstRead, (content.Headers.ContentLength ?? FirstRead) + 1)];
        var length = 0;
        var isWhole = false;
        try
        {
            while (length < Longest && !isWhole)
            {
                if (length == buffer.Length) Array.Resize(ref buffer, Math.Min(length * 2, Longest));
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
                isWhole = read == 0;
                length += read;
                // Most downloads are no markup, and are saved as they arrive.
                if (!MayBeMarkup(buffer.AsSpan(0, length))) break;
            }
        }
        catch (Exception e) when (ConnectionFault.IsCause(e))
        {
            // Saving the body reports it, and keeps the part that arrived.
            fault = ExceptionDispatchInfo.Capture(e);
        }

        var start = buffer.AsMemory(0, length);
        if (fault is null && MayBeMarkup(start.Span)
            && TextEncoding.Decode(content, start.Span) is var page && SignInPage.Is(response, page, needsJson: false))
            return SignInPage.Error(response, page, !isWhole);
        response.Message.Content = new ProbedContent(content, start, stream, fault);
        return null;
    }

    /// <summary>True if the text starts like markup, or has not started yet.</summary>
    private static bool MayBeMarkup(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        return bytes.TrimStart(" \t\r\n"u8) is [] or [(byte)'<', ..];
    }

    /// <summary>The content whose beginning was read.</summary>
    private sealed class ProbedContent(HttpContent inner, ReadOnlyMemory<byte> start, Stream rest, ExceptionDispatchInfo? fault)
        : WrappedContent(inner)
    {
        protected override Stream Wrap(Stream body) => new PrefixedStream(start, fault is null ? rest : new FailingStream(rest, fault));
    }

    /// <summary>A stream that has failed: another read of it might look like its end.</summary>
    private sealed class FailingStream(Stream failed, ExceptionDispatchInfo fault) : ForwardStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            fault.Throw();
            return default;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) failed.Dispose();
            base.Dispose(disposing);
        }
    }
}
