using System.Buffers;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Tokens;

namespace BearerTools.Running;

/// <summary>A body held in memory as a whole, up to a maximum length. Disposing it returns the memory to the pool.</summary>
internal sealed class BufferedBody : IDisposable
{
    private const int UsualBuffer = 16 * 1024;

    /// <summary>Limits the memory reserved because of a Content-Length, and the size of buffers returned to the pool.</summary>
    private const int LargeBuffer = 1024 * 1024;

    private byte[] _buffer;
    private int _length;

    private BufferedBody(byte[] buffer) => _buffer = buffer;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <param name="response">The response.</param>
    /// <param name="most">The maximum length in bytes after decompression: a compressed kilobyte may expand to gigabytes.</param>
    /// <param name="transfer">Counts the bytes received.</param>
    /// <param name="cancel">Cancels reading.</param>
    /// <exception cref="BearerRequestException">The body is too long, or the connection failed.</exception>
    public static async Task<BufferedBody> ReadAsync(ApiResponse response, long most, Transfer? transfer, CancellationToken cancel)
    {
        var content = response.Message.Content;
        if (content.Headers.ContentLength > most) throw TooLarge(response, most);
        var body = new BufferedBody(
            ArrayPool<byte>.Shared.Rent((int)Math.Min(content.Headers.ContentLength + 1 ?? UsualBuffer, LargeBuffer)));
        transfer?.Expect(content.Headers.ContentLength);
        try
        {
            var stream = await content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                while (await stream.ReadAsync(body.Layer(), cancel).ConfigureAwait(false) is > 0 and var length)
                {
                    body._length += length;
                    transfer?.Add(length);
                    response.Read(length);
                    if (body._length > most) throw TooLarge(response, most);
                }
            }

            return body;
        }
        catch (Exception e)
        {
            body.Dispose();
            if (ConnectionFault.IsCause(e))
                throw response.Failed(ResponseFault.Broken, RequestFailure.FromBody(e, response.Template));
            throw;
        }
    }

    public void Dispose()
    {
        Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length is > 0 and <= LargeBuffer) ArrayPool<byte>.Shared.Return(buffer);
    }

    private Memory<byte> Layer()
    {
        if (_length == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            Bytes.CopyTo(larger);
            Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsMemory(_length);
    }

    private static BearerRequestException TooLarge(ApiResponse response, long most)
    {
        var address = RequestAddress.Printable(response.Template.Address);
        return response.Failed(ResponseFault.TooLarge, new BearerRequestException(
            $"{response.Template.Method} {address}: the response exceeds the limit of {most} bytes for one object.")
        {
            ErrorId = "ResponseTooLarge",
            Kind = BearerErrorKind.InvalidData,
            Address = address,
            NextStep = "Save it with -OutFile, or raise the limit with -MaximumObjectBytes.",
        });
    }
}
