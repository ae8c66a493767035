namespace BearerTools.Mocking.Recordings;

/// <summary>One request of a recording, and its response or fault.</summary>
internal sealed record RecordedEntry
{
    public required string Method { get; init; }

    /// <summary>Path and query, redacted.</summary>
    public required string Address { get; init; }

    /// <summary>The body of the request, redacted, or <see langword="null"/>.</summary>
    public RecordedBody? RequestBody { get; init; }

    public int Status { get; init; }

    /// <summary>The headers of the response, redacted.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The body of the response, redacted, or <see langword="null"/>.</summary>
    public RecordedBody? Body { get; init; }

    /// <summary>True if the body broke off or was not read to its end.</summary>
    public bool IsCut { get; init; }

    public MockFault Fault { get; init; }

    /// <summary>Line in the file, or 0 for one that was just recorded.</summary>
    public int Line { get; init; }

    public override string ToString() => $"{Method} {Address}";
}
