using System.Buffers;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Tokens;

namespace BearerTools.Running.Files;

/// <summary>Brings the body of an answer into a file, in a few large pieces, one at a time. What came before a fault is kept.</summary>
internal sealed class BodySaver(PartialFile file, ApiResponse response, Transfer? transfer)
{
    private const int BufferSize = 256 * 1024;

    /// <summary>From here on the part is noted before it is fetched: whatever ends the process, it need not begin anew.</summary>
    private const long LargeBody = 1024 * 1024;

    /// <summary>More than the notes take, and what disks give at once.</summary>
    private const int ReservedForNotes = 4096;

    private readonly DownloadNotes _notes = DownloadNotes.Of(response.Message);
    private bool _isNoted;

    /// <param name="have">How many bytes of it are in the file already.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task SaveAsync(long have, CancellationToken cancel)
    {
        using var output = await file.OpenAsync(have, cancel).ConfigureAwait(false);
        // A write to a FIFO may go on when its wait is cancelled.
        var buffer = file.IsDirect ? new byte[BufferSize] : ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            if (!file.IsDirect && (have > 0 || (_notes.Length ?? LargeBody) >= LargeBody)) Note();
            await CopyAsync(output, buffer, cancel).ConfigureAwait(false);
            // A whole answer is counted by the connection; a part may say that it is all of the rest, and not be.
            if (have > 0 && _notes.Length is { } length && output.Length != length)
                throw RequestFailure.FromConnection(new IOException($"{output.Length} of {length} bytes have come."), response.Template, GoOn(output));
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
            throw RequestFailure.FromConnection(e, response.Template, GoOn(output));
        }
    }

    /// <summary>Not asynchronously: off Windows that is this very call on another thread of the pool.</summary>
    private void Write(FileStream output, ReadOnlySpan<byte> bytes)
    {
        try
        {
            output.Write(bytes);
        }
        catch (Exception e) when (FileFault.IsCause(e))
        {
            throw FileFault.Writing(e, file.Place, GoOn(output));
        }
    }

    /// <summary>The other end of a FIFO takes its time.</summary>
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
        file.Keep(_notes);
        _isNoted = true;
    }

    /// <summary>Keeps what is there for another try.</summary>
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
            // On a disk that is full they need the room of a little of the part.
            output.SetLength(output.Length - ReservedForNotes);
            Note();
        }
        catch (Exception e) when (FileFault.IsCause(e))
        {
            // Without notes it begins anew: so little is soon fetched again.
        }
    }

    private string? GoOn(FileStream output) => response.Template.Method != HttpMethod.Get || file.IsDirect || output.Length == 0
        ? null
        : file.HowToGoOn(output.Length);
}
