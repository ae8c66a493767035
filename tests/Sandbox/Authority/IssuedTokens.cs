using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace BearerTools.Sandbox.Authority;

internal sealed record IssuedToken(long Serial, DateTimeOffset ExpiresOn);

/// <summary>Every access token this authority gave out. Looked up once a request, so without parsing or allocating.</summary>
internal sealed class IssuedTokens(TimeProvider clock)
{
    private const string Scheme = "Bearer ";

    private readonly ConcurrentDictionary<string, IssuedToken> _byHeader = new(StringComparer.Ordinal);
    private long _lastSerial;
    private long _revokedThrough;
    private TaskCompletionSource _nextIssue = NewSignal();

    public void Add(string value, DateTimeOffset expiresOn)
    {
        _byHeader[Scheme + value] = new IssuedToken(Interlocked.Increment(ref _lastSerial), expiresOn);
        Interlocked.Exchange(ref _nextIssue, NewSignal()).SetResult();
    }

    /// <summary>Ends every token issued so far, and says which was the last.</summary>
    public long RevokeAll()
    {
        var last = Interlocked.Read(ref _lastSerial);
        Interlocked.Exchange(ref _revokedThrough, last);
        return last;
    }

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
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..] : null;

    // Scheme names do not depend on case (RFC 9110 section 11.1).
    private bool TryFindOddlyCased(string authorization, [NotNullWhen(true)] out IssuedToken? token)
    {
        token = null;
        return FromHeader(authorization) is { } value && _byHeader.TryGetValue(Scheme + value, out token);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
