using System.Buffers;
using System.Net;
using BearerTools.Security;
using Microsoft.Win32.SafeHandles;

namespace BearerTools.Http.Bodies;

/// <summary>A file, reopened for each attempt and never held in memory. A FIFO or device can be read only once, in chunks.</summary>
/// <param name="path">The absolute path.</param>
/// <param name="contentType">The media type.</param>
/// <param name="transfer">Counts the bytes sent.</param>
internal sealed class FileBody(string path, string? contentType, Transfer? transfer = null) : RequestBody(contentType)
{
    /// <summary>Large enough that system calls cost little compared with the data.</summary>
    private const int BufferSize = 128 * 1024;

    private bool? _isSpecial;

    public override bool CanReplay => !IsSpecial;

    public override string Preview => $"(the file {ServerText.Clean(path, BodyPreview.Longest)})";

    private bool IsSpecial => _isSpecial ??= SpecialFile.Is(path);

    /// <exception cref="BearerRequestException">The file does not exist.</exception>
    protected override HttpContent Create()
    {
        if (IsSpecial) return new SpecialContent(path, transfer);
        var file = new FileInfo(path);
        return file.Exists ? new FileContent(path, file.Length, transfer) : throw FileFault.Missing(path);
    }

    /// <summary>The length is unknown until the writer closes the other end.</summary>
    private sealed class SpecialContent(string path, Transfer? transfer) : HttpContent
    {
        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            transfer?.Expect(null);
            var file = await ReadAsync(() => SpecialFile.OpenAsync(path, FileAccess.Read, cancellationToken)).ConfigureAwait(false);
            await using (file.ConfigureAwait(false))
            {
                // Not from the pool: a blocked read may continue after its wait is cancelled.
                var buffer = new byte[BufferSize];
                while (await ReadAsync(() =>
                    file.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(cancellationToken)).ConfigureAwait(false)
                    is > 0 and var read)
                {
                    await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                    transfer?.Add(read);
                }
            }
        }

        /// <summary>Reports faults of the file as such, so that they are not taken for connection faults.</summary>
        private async Task<T> ReadAsync<T>(Func<Task<T>> read)
        {
            try
            {
                return await read().ConfigureAwait(false);
            }
            catch (Exception e) when (FileFault.IsCause(e))
            {
                throw FileFault.Reading(e, path);
            }
        }
    }

    /// <summary>Opens the file only when it is sent, so that a form with a thousand files holds one open at a time.</summary>
    private sealed class FileContent(string path, long length, Transfer? transfer) : HttpContent, ITrackedContent
    {
        private volatile bool _hasBegun;

        public bool HasBegun => _hasBegun || length == 0;

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            if (cancellationToken.IsCancellationRequested) throw new UnsentContentException();
            _hasBegun = true;
            transfer?.Expect(length);
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                using var file = Open();
                for (var sent = 0L; sent < length;)
                {
                    var read = Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - sent)), sent);
                    await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                    sent += read;
                    transfer?.Add(read);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        // Faults of the file are reported as such, so that they are not taken for connection faults.

        private SafeFileHandle Open()
        {
            try
            {
                var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
                if (RandomAccess.GetLength(file) == length) return file;
                file.Dispose();
            }
            catch (Exception e) when (FileFault.IsCause(e))
            {
                throw FileFault.Reading(e, path);
            }

            throw FileFault.Changed(path);
        }

        /// <summary>Synchronous, because off Windows the asynchronous version is this call on another pool thread.</summary>
        private int Read(SafeFileHandle file, Span<byte> buffer, long at)
        {
            try
            {
                if (RandomAccess.Read(file, buffer, at) is > 0 and var read) return read;
            }
            catch (Exception e) when (FileFault.IsCause(e))
            {
                throw FileFault.Reading(e, path);
            }

            throw FileFault.Changed(path);
        }
    }
}
