namespace BearerTools.Mocking.Recordings;

/// <summary>One request of a recording, and its response or fault.</summary>
internal sealed record RecordedEntry
{
    /// <summary>Longest time of a response that is recorded.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

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

    /// <summary>Time until the headers arrived, or <see langword="null"/> if it was not recorded.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>True for a body that is too long to be recorded, or that a HAR file does not contain.</summary>
    public bool IsTooLong { get; init; }

    /// <summary>
    /// True if the file has a digest of the response, so that edits are noticed. False for entries that were written by hand.
    /// </summary>
    public bool HasDigest { get; init; } = true;

    /// <summary>A time as it is recorded: to 10 ms, from 1 second to 100 ms, and at most <see cref="LongestDelay"/>.</summary>
    public static TimeSpan Rounded(TimeSpan time)
    {
        const int Step = 10;
        const int LongStep = 100;
        var step = time.TotalSeconds < 1 ? Step : LongStep;
        var rounded = TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds / step) * step);
        return rounded > LongestDelay ? LongestDelay : rounded;
    }

    /// <summary>An address for comparisons: the order of a query is that of a hashtable, and differs in each process.</summary>
    public static string Comparable(string address) => address.Split('?', 2) is [var path, var query]
        ? $"{path}?{string.Join('&', MockQuery.Ordered(query).Select(pair => $"{Escape(pair.Key)}={Escape(pair.Value)}"))}" : address;

    private static string Escape(string text) => Uri.EscapeDataString(text);

    public override string ToString() => $"{Method} {Address}";
}
