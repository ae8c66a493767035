namespace BearerTools.Json;

/// <summary>Buffers the bytes of an incomplete token.</summary>
internal sealed class JsonTail
{
    /// <summary>
    /// Strings longer than this are scanned for their end before parsing, so that each new part does not parse all of it again.
    /// </summary>
    private const int LongToken = 4096;

    private const int KeptCapacity = 1 << 20;

    private byte[] _bytes = [];
    private int _scanned = -1; // how far an open string has been scanned

    public int Length { get; private set; }

    public bool IsInString => _scanned >= 0;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        if (Length + bytes.Length > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(1024, 2L * (Length + bytes.Length))));
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Discards consumed bytes. If the rest is long, it is scanned for its end from now on.</summary>
    public void Consume(int count)
    {
        Length -= count;
        if (count > 0) Buffer.BlockCopy(_bytes, count, _bytes, 0, Length);
        Begin();
    }

    /// <summary>Buffers the unconsumed rest of a first parse.</summary>
    public void Keep(ReadOnlySpan<byte> bytes)
    {
        Append(bytes);
        Begin();
    }

    public void Clear()
    {
        Length = 0;
        _scanned = -1;
        if (_bytes.Length > KeptCapacity) _bytes = [];
    }

    /// <summary>False if the open string has certainly not ended, so that parsing again is useless.</summary>
    public bool MayHaveEnded()
    {
        while (_scanned >= 0)
        {
            var found = _bytes.AsSpan(_scanned, Length - _scanned).IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0)
            {
                _scanned = Length;
                return false;
            }

            _scanned += found;
            if (_bytes[_scanned] == (byte)'"') break;
            if (_scanned + 2 > Length) return false;
            _scanned += 2;
        }

        return true;
    }

    private void Begin()
    {
        _scanned = -1;
        if (Length < LongToken) return;
        var start = Bytes.IndexOfAnyExcept(", \t\r\n"u8);
        if (start >= 0 && _bytes[start] == (byte)'"') _scanned = start + 1;
    }
}
