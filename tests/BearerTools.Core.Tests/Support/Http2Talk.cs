using System.Buffers.Binary;
using System.Text;

namespace BearerTools.Tests.Support;

/// <summary>The server's side of one connection of HTTP/2, frame by frame (RFC 9113 section 4.1).</summary>
internal sealed class Http2Talk(Talk talk)
{
    public const int Refused = 7;
    public const int InternalError = 2;
    public const int NoError = 0;

    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, Ping = 6, GoAway = 7;
    private const byte EndStream = 1, Acknowledges = 1, EndHeaders = 4;

    /// <summary>The how many-th connection it is.</summary>
    public int Number => talk.Number;

    /// <summary>Completes when both sides have said what they want of each other.</summary>
    public async Task OpenAsync()
    {
        await talk.Stream.ReadExactlyAsync(new byte[Preface.Length], talk.End);
        await SendAsync(Settings, 0, 0, []);
    }

    /// <summary>The number of the stream of the next request that is all there; nothing when the client goes.</summary>
    /// <param name="isAll">False for one whose headers are there.</param>
    public async Task<int?> ReadAsync(bool isAll = true)
    {
        var header = new byte[9];
        while (await talk.Stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, talk.End) == header.Length)
        {
            var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
            await talk.Stream.ReadExactlyAsync(payload, talk.End);
            var (type, flags, stream) = (header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)));
            switch (type)
            {
                case Settings or Ping when (flags & Acknowledges) == 0:
                    await SendAsync(type, Acknowledges, 0, type == Ping ? payload : []);
                    break;
                case Headers or Data when (flags & EndStream) != 0 || !isAll:
                    return stream;
            }
        }

        return null;
    }

    /// <param name="stream">The stream of the request.</param>
    /// <param name="body">The body; empty for none.</param>
    /// <param name="isAll">False if the stream remains open.</param>
    /// <param name="length">The value of a Content-Length header, whether it is true or not.</param>
    /// <param name="status">The index of a status in the static table: 8 is 200, 9 is 204.</param>
    public async Task RespondAsync(int stream, string body, bool isAll = true, string? length = null, byte status = 8)
    {
        // :status 200 of the static table, and content-type by the name of its (RFC 7541 appendix A).
        byte[] head = [(byte)(0x80 | status), 0x0f, 0x10, 16, .. "application/json"u8];
        if (length is not null) head = [.. head, 0x0f, 0x0d, (byte)length.Length, .. Encoding.ASCII.GetBytes(length)];
        if (body.Length == 0)
        {
            await SendAsync(Headers, EndHeaders | EndStream, stream, head);
            return;
        }

        await SendAsync(Headers, EndHeaders, stream, head);
        await SendAsync(Data, isAll ? EndStream : (byte)0, stream, Encoding.UTF8.GetBytes(body));
    }

    /// <inheritdoc cref="Talk.FinishAsync"/>
    public Task FinishAsync() => talk.FinishAsync();

    public Task ResetAsync(int stream, int error) => SendAsync(ResetStream, 0, stream, Bytes(error));

    /// <param name="last">The last stream that is still seen to.</param>
    /// <param name="error">Why; nothing is wrong with 0.</param>
    public Task GoAwayAsync(int last, int error = 0) => SendAsync(GoAway, 0, 0, [.. Bytes(last), .. Bytes(error)]);

    private static byte[] Bytes(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private Task SendAsync(byte type, byte flags, int stream, byte[] payload)
    {
        byte[] frame = [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, .. Bytes(stream), .. payload];
        return talk.Stream.WriteAsync(frame, talk.End).AsTask();
    }
}
