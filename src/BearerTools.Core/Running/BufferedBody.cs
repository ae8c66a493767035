using System.Buffers;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Tokens;

namespace BearerTools.Running;

/// <summary>A body that makes sense only as a whole, up to a length. Its memory is given back when it is disposed of.</summary>
internal sealed class BufferedBody : IDisposable
{
    private const int UsualBuffer = 16 * 1024;

    /// <summary>What a server says of its length is not believed beyond this before it comes, and larger memory is not kept.</summary>
    private const int LargeBuffer = 1024 * 1024;

    private byte[] _buffer;
    private int _length;

    private BufferedBody(byte[] buffer) => _buffer = buffer;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <param name="response">Where it comes from.</param>
    /// <param name="most">How long it may be in bytes: a packed body of a kilobyte may be one of gigabytes.</param>
    /// <param name="transfer">Counts the bytes as they come.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="BearerRequestException">It is longer, or the connection broke.</exception>
    public static async Task<BufferedBody> ReadAsync(ApiResponse response, long most, Transfer? transfer, CancellationToken cancel)
    {
        var content = response.Message.Content;
        if (content.Headers.ContentLength > most) throw TooLarge(response, most);
        var body = new BufferedBody(ArrayPool<byte>.Shared.Rent((int)Math.Min(content.Headers.ContentLength + 1 ?? UsualBuffer, LargeBuffer)));
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
                    if (body._length > most) throw TooLarge(response, most);
                }
            }

            return body;
        }
        catch (Exception e)
        {
            body.Dispose();
            if (ConnectionFault.IsCause(e)) throw RequestFailure.FromConnection(e, response.Template);
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
        return new BearerRequestException($"{response.Template.Method} {address}: the answer is larger than the {most} bytes that one object may take.")
        {
            ErrorId = "ResponseTooLarge",
            Kind = BearerErrorKind.InvalidData,
            Address = address,
            NextStep = "Save it with -OutFile, or allow more with -MaximumObjectBytes.",
        };
    }
}
