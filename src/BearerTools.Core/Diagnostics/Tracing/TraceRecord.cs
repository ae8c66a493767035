namespace BearerTools.Diagnostics.Tracing;

/// <summary>Something that the process did, as the trace keeps it: data without secrets, formatted only when it is read.</summary>
internal abstract class TraceRecord
{
    /// <summary>What a record and its fields take in memory, without its texts.</summary>
    private protected const int Fixed = 280;

    /// <summary>Number of the record in the trace, from 1.</summary>
    public long Number { get; set; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Why it failed, as a sentence, or <see langword="null"/> if it did not.</summary>
    public string? Error { get; set; }

    /// <summary>About what the record takes in memory. Must not change after the record was added.</summary>
    public abstract int Bytes { get; }

    private protected static int Size(string? text) => text is null ? 0 : 24 + (2 * text.Length);
}
