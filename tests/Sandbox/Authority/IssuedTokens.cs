using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace BearerTools.Sandbox.Authority;

internal sealed record IssuedToken(long Serial, DateTimeOffset ExpiresOn, string Subject, string? Scope, string? Thumbprint = null);

/// <summary>Every access token this authority gave out. Looked up once a request, so without parsing or allocating.</summary>
internal sealed class IssuedTokens(TimeProvider clock)
{
    private const string Scheme = "Bearer ";

    private readonly ConcurrentDictionary<string, IssuedToken> _byHeader = new(StringComparer.Ordinal);
    private long _lastSerial;
    private long _revokedThrough;
    private TaskCompletionSource _nextIssue = NewSignal();

    /// <param name="value">The token.</param>
    /// <param name="expiresOn">Its end.</param>
    /// <param name="subject">Whom it stands for.</param>
    /// <param name="scope">What it is good for.</param>
    /// <param name="thumbprint">Of the key that it is bound to (RFC 9449); then it is good with that scheme only.</param>
    public void Add(string value, DateTimeOffset expiresOn, string subject, string? scope, string? thumbprint = null)
    {
        _byHeader[(thumbprint is null ? Scheme : DPoPProofs.Scheme) + value] = new IssuedToken(Interlocked.Increment(ref _lastSerial), expiresOn, subject, scope, thumbprint);
        Interlocked.Exchange(ref _nextIssue, NewSignal()).SetResult();
    }

    /// <summary>Ends every token issued so far, and says which was the last.</summary>
    public long RevokeAll()
    {
        var last = Interlocked.Read(ref _lastSerial);
        Interlocked.Exchange(ref _revokedThrough, last);
        return last;
    }

    /// <summary>Ends one token; false when there is none.</summary>
    public bool Revoke(string value) => _byHeader.TryRemove(Scheme + value, out _) || _byHeader.TryRemove(DPoPProofs.Scheme + value, out _);

    /// <summary>A token that is good now, or nothing.</summary>
    public IssuedToken? FindLive(string value) =>
        new[] { Scheme + value, DPoPProofs.Scheme + value }.Where(header => Problem(header) is null).Select(header => _byHeader[header]).FirstOrDefault();

    /// <summary>The token of a header, even if it has expired since the request was admitted.</summary>
    public IssuedToken? Find(string authorization) => _byHeader.GetValueOrDefault(authorization);

    /// <summary>The key that the token of a header is bound to.</summary>
    public string? Thumbprint(string authorization) => _byHeader.GetValueOrDefault(authorization)?.Thumbprint;

    /// <summary>Waits until a token is issued after the one with this serial number.</summary>
    public async Task WaitForOneAfter(long serial, CancellationToken cancellation)
    {
        while (true)
        {
            var next = Volatile.Read(ref _nextIssue);
            if (Interlocked.Read(ref _lastSerial) > serial) return;
            await next.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>What is wrong with the value of an Authorization header, or nothing.</summary>
    public string? Problem(string authorization)
    {
        if (!_byHeader.TryGetValue(authorization, out var token) && !TryFindOddlyCased(authorization, out token))
            return "The token was not issued by this authority.";
        if (token.Serial <= Interlocked.Read(ref _revokedThrough)) return "The token was revoked.";
        return token.ExpiresOn <= clock.GetUtcNow() ? "The token expired." : null;
    }

    /// <summary>The token within the value of an Authorization header.</summary>
    public static string? FromHeader(string authorization) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..]
        : authorization.StartsWith(DPoPProofs.Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[DPoPProofs.Scheme.Length..]
        : null;

    // Scheme names do not depend on case (RFC 9110 section 11.1).
    private bool TryFindOddlyCased(string authorization, [NotNullWhen(true)] out IssuedToken? token)
    {
        token = null;
        return FromHeader(authorization) is { } value && _byHeader.TryGetValue(Scheme + value, out token);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
