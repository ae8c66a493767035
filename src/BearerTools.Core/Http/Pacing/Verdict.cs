namespace BearerTools.Http.Pacing;

/// <summary>What an answer means for the pace of its origin.</summary>
/// <param name="IsRefusal">Too many.</param>
/// <param name="Wait">How long everyone is asked to wait.</param>
/// <param name="Quotas">What is left.</param>
internal readonly record struct Verdict(bool IsRefusal, TimeSpan? Wait, IReadOnlyList<QuotaReading>? Quotas)
{
    /// <summary>Whether it says anything.</summary>
    public bool Matters => IsRefusal || Wait is not null || Quotas is { Count: > 0 };

    public static Verdict Of(HttpResponseMessage answer, TimeProvider time)
    {
        var quotas = QuotaHeaders.Read(answer.Headers, time);
        if (answer.IsSuccessStatusCode || !ServerWait.IsForAll(answer)) return new Verdict(false, null, quotas);
        var wait = RetryAfter.Delay(answer.Headers, time.GetUtcNow());
        return new Verdict(ServerWait.IsThrottled(answer), wait > TimeSpan.Zero ? wait : null, quotas);
    }
}
