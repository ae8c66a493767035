using System.Threading.Channels;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Tests.Support;

/// <summary>A way to tokens that counts how often it is gone, and waits or fails where a test says so.</summary>
internal sealed class ScriptedSource(TimeProvider time, string name = "one") : ITokenSource
{
    private readonly Channel<int> _asked = Channel.CreateUnbounded<int>();
    private int _requests;

    public TimeSpan? Lifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What happens before the response, by the number of the request.</summary>
    public Func<int, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The previous result that each request was given.</summary>
    public List<TokenResult?> Previous { get; } = [];

    /// <summary>The claims that each request was asked to get, where it takes any.</summary>
    public List<string?> Claims { get; } = [];

    public bool TakesClaims { get; init; }

    /// <summary>Revokes its tokens.</summary>
    public ITokenAuthority? Authority { get; init; }

    public bool CanStartOver { get; init; } = true;

    public TokenKey Key { get; } = new TokenKey.Builder().Add("name", name).Build();

    public TokenMetadata Metadata { get; } = new() { Flow = "Scripted" };

    public bool CanRenew { get; init; } = true;

    /// <summary>What its tokens are bound to.</summary>
    public DPoPKey? ProofKey { get; init; }

    public IEnumerable<Origin> Origins { get; init; } = [];

    public async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        int request;
        lock (Previous)
        {
            Claims.Add(context.Claims);
            Previous.Add(context.Previous);
            request = Interlocked.Increment(ref _requests);
        }

        _asked.Writer.TryWrite(request);
        await Before(request, cancel);
        return new TokenResult(ProofKey is null ? TestTokens.Token(time.GetUtcNow(), Lifetime) : TestTokens.Bound(ProofKey));
    }

    /// <summary>Completes when one more request has come than this has been waited for.</summary>
    public Task NextRequestAsync() => _asked.Reader.ReadAsync().AsTask().Soon();
}
