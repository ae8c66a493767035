using System.Buffers;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Tokens;

namespace BearerTools.Running.Files;

/// <summary>Saves the body of a response to a file, in large pieces. After a fault, the part that arrived is kept.</summary>
internal sealed class BodySaver(PartialFile file, ApiResponse response, Transfer? transfer)
{
    private const int BufferSize = 256 * 1024;

    /// <summary>From this size on, the note is written before the download, so that the part can be resumed even after a crash.</summary>
    private const long LargeBody = 1024 * 1024;

    /// <summary>More than the note needs, and a multiple of a disk's block size.</summary>
    private const int ReservedForNotes = 4096;

    private DownloadNotes? _notes;
    private bool _isNoted;

    /// <summary>Only read from the headers when needed: a small file that arrives needs no note.</summary>
    private DownloadNotes Notes => _notes ??= DownloadNotes.Of(response.Message);

    /// <param name="have">The number of bytes already in the file.</param>
    /// <param name="cancel">Cancels the download.</param>
    public async Task SaveAsync(long have, CancellationToken cancel)
    {
        using var output = await file.OpenAsync(have, cancel).ConfigureAwait(false);
        // A write to a FIFO may continue after its wait is cancelled.
        var length = response.Message.Content.Headers.ContentLength;
        // One byte more, so that the end is found without another buffer.
        var size = (int)Math.Min(BufferSize, (length ?? BufferSize) + 1);
        var buffer = file.IsDirect ? new byte[size] : ArrayPool<byte>.Shared.Rent(size);
        try
        {
            if (!file.IsDirect && (have > 0 || (length ?? LargeBody) >= LargeBody)) Note();
            await CopyAsync(output, buffer, cancel).ConfigureAwait(false);
            // The connection verifies the length of a full response; a partial one may claim to be the whole rest without being it.
            if (have > 0 && Notes.Length is { } whole && output.Length != whole)
            {
                var cause = new IOException($"{output.Length} of {whole} bytes arrived.");
                throw response.Failed(
                    ResponseFault.Broken, RequestFailure.FromBody(cause, response.Template, ResumeAdvice(output)));
            }
        }
        catch
        {
            Leave(output);
            throw;
        }
        finally
        {
            if (!file.IsDirect) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task CopyAsync(FileStream output, byte[] buffer, CancellationToken cancel)
    {
        transfer?.Expect(response.Message.Content.Headers.ContentLength);
        var stream = await response.Message.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (await ReadAsync(stream, buffer, output, cancel).ConfigureAwait(false) is > 0 and var length)
            {
                if (file.IsDirect) await WriteDirectAsync(output, buffer.AsMemory(0, length), cancel).ConfigureAwait(false);
                else Write(output, buffer.AsSpan(0, length));
                transfer?.Add(length);
                response.Read(length);
            }
        }
    }

    private async ValueTask<int> ReadAsync(Stream stream, byte[] buffer, FileStream output, CancellationToken cancel)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (ConnectionFault.IsCause(e))
        {
            throw response.Failed(ResponseFault.Broken, RequestFailure.FromBody(e, response.Template, ResumeAdvice(output)));
        }
    }

    /// <summary>Synchronous, because off Windows the asynchronous version is this call on another pool thread.</summary>
    private void Write(FileStream output, ReadOnlySpan<byte> bytes)
    {
        try
        {
            output.Write(bytes);
        }
        catch (Exception e) when (FileFault.IsCause(e))
        {
            throw FileFault.Writing(e, file.Place, ResumeAdvice(output));
        }
    }

    /// <summary>Asynchronous, because the reader of a FIFO may be slow.</summary>
    private async Task WriteDirectAsync(FileStream output, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            await output.WriteAsync(bytes, CancellationToken.None).AsTask().WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (FileFault.IsCause(e))
        {
            throw FileFault.Writing(e, file.Place);
        }
    }

    private void Note()
    {
        file.Keep(Notes);
        _isNoted = true;
    }

    /// <summary>Keeps the part for another attempt.</summary>
    private void Leave(FileStream output)
    {
        try
        {
            if (file.IsDirect) return;
            if (output.Length == 0)
            {
                output.Dispose();
                file.Discard();
            }
            else if (!_isNoted)
            {
                Note();
            }
        }
        catch (Exception e) when (FileFault.IsCause(e) && output.CanWrite && output.Length > ReservedForNotes)
        {
            // On a full disk, the note takes the place of the end of the part.
            output.SetLength(output.Length - ReservedForNotes);
            Note();
        }
        catch (Exception e) when (FileFault.IsCause(e))
        {
            // Without a note the download starts over; a part this small is soon downloaded again.
        }
    }

    private string? ResumeAdvice(FileStream output) => response.Template.Method != HttpMethod.Get || file.IsDirect || output.Length == 0
        ? null
        : file.ResumeAdvice(output.Length);
}
