namespace BearerTools.Diagnostics.Tracing;

/// <summary>The place of a record in the trace. A request that is over is kept in the place itself, not as an object.</summary>
internal struct TraceSlot
{
    /// <summary>A record of another kind, or a request whose response is being read; otherwise <see langword="null"/>.</summary>
    public TraceRecord? Record;

    /// <summary>When the request began.</summary>
    public DateTimeOffset Time;

    /// <summary>Why there is no response, as a sentence, or <see langword="null"/>.</summary>
    public string? Error;

    public RequestDetails Details;

    /// <summary>The position of the address in the texts. The ids follow it.</summary>
    public long Address;

    public int AddressLength;

    public int RequestIdLength;

    public int CorrelationIdLength;

    /// <summary>About what the record takes in memory.</summary>
    public int Bytes;

    /// <summary>The number of characters of its texts.</summary>
    public readonly int Characters => AddressLength + RequestIdLength + CorrelationIdLength;

    /// <summary>Returns the request.</summary>
    public readonly RequestRecord Read(TextRing texts, long number) => new()
    {
        Number = number,
        Time = Time,
        Error = Error,
        Details = Details,
        Address = texts.Read(Address, AddressLength),
        RequestId = Read(texts, Address + AddressLength, RequestIdLength),
        CorrelationId = Read(texts, Address + AddressLength + RequestIdLength, CorrelationIdLength),
    };

    private static string? Read(TextRing texts, long position, int length) => length == 0 ? null : texts.Read(position, length);
}
