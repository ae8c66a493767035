using BearerTools.Security;

namespace BearerTools.Http.Pacing;

/// <summary>The meaning of a response for the pace of its origin.</summary>
/// <param name="IsRefusal">True if the server refused because of too many requests.</param>
/// <param name="Wait">The time that all clients are asked to wait, or <see langword="null"/>.</param>
/// <param name="Quotas">The quotas that the response reports.</param>
/// <param name="Address">The address of the request, or <see langword="null"/> if unknown.</param>
internal readonly record struct Verdict(bool IsRefusal, TimeSpan? Wait, IReadOnlyList<QuotaReading>? Quotas, Uri? Address)
{
    /// <summary>The part that applies to requests with the same token: a refusal is of the client that sent it.</summary>
    public Verdict ForToken => IsRefusal ? this : this with { Wait = null };

    /// <summary>The part that applies to all requests: a service that is unavailable is so for every client.</summary>
    public Verdict ForAll => IsRefusal ? default : new(false, Wait, null, null);

    /// <summary>True if the response affects the pace.</summary>
    public bool Matters => IsRefusal || Wait is not null || Quotas is { Count: > 0 };

    public static Verdict Of(HttpResponseMessage response, TimeProvider time)
    {
        var quotas = QuotaHeaders.Read(response.Headers, time);
        var address = response.RequestMessage?.RequestUri;
        if (response.IsSuccessStatusCode || !ServerWait.IsForAll(response)) return new Verdict(false, null, quotas, address);
        var wait = ServerDelay.Delay(response.Headers, time.GetUtcNow());
        return new Verdict(ServerWait.IsThrottled(response), wait > TimeSpan.Zero ? wait : null, quotas, address);
    }
}
