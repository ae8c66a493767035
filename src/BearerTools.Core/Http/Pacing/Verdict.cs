namespace BearerTools.Http.Pacing;

/// <summary>What an answer means for the pace of its origin.</summary>
/// <param name="IsRefusal">Too many.</param>
/// <param name="Wait">How long everyone is asked to wait.</param>
/// <param name="Quotas">What is left.</param>
internal readonly record struct Verdict(bool IsRefusal, TimeSpan? Wait, IReadOnlyList<QuotaReading>? Quotas)
{
    /// <summary>Whether it says anything.</summary>
    public bool Matters => IsRefusal || Wait is not null || Quotas is { Count: > 0 };

    public static Verdict Of(HttpResponseMessage response, TimeProvider time)
    {
        var quotas = QuotaHeaders.Read(response.Headers, time);
        if (response.IsSuccessStatusCode || !ServerWait.IsForAll(response)) return new Verdict(false, null, quotas);
        var wait = RetryAfter.Delay(response.Headers, time.GetUtcNow());
        return new Verdict(ServerWait.IsThrottled(response), wait > TimeSpan.Zero ? wait : null, quotas);
    }
}
