namespace BearerTools.Http.Pacing;

/// <summary>The meaning of a response for the pace of its origin.</summary>
/// <param name="IsRefusal">True if the server refused because of too many requests.</param>
/// <param name="Wait">The time that all clients are asked to wait, or <see langword="null"/>.</param>
/// <param name="Quotas">The quotas that the response reports.</param>
internal readonly record struct Verdict(bool IsRefusal, TimeSpan? Wait, IReadOnlyList<QuotaReading>? Quotas)
{
    /// <summary>True if the response affects the pace.</summary>
    public bool Matters => IsRefusal || Wait is not null || Quotas is { Count: > 0 };

    public static Verdict Of(HttpResponseMessage response, TimeProvider time)
    {
        var quotas = QuotaHeaders.Read(response.Headers, time);
        if (response.IsSuccessStatusCode || !ServerWait.IsForAll(response)) return new Verdict(false, null, quotas);
        var wait = RetryAfter.Delay(response.Headers, time.GetUtcNow());
        return new Verdict(ServerWait.IsThrottled(response), wait > TimeSpan.Zero ? wait : null, quotas);
    }
}
