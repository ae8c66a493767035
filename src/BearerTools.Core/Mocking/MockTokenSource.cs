using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Mocking;

/// <summary>Issues tokens of a mock. They are no credentials: nothing else accepts them.</summary>
internal sealed class MockTokenSource : ITokenSource
{
    public const string Flow = "Mock";

    private readonly Uri _baseUri;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private int _issued;

    public MockTokenSource(Uri baseUri, TimeProvider time, TimeSpan lifetime, TokenMetadata? metadata = null)
    {
        (_baseUri, _time, _lifetime) = (baseUri, time, lifetime);
        Metadata = (metadata ?? new TokenMetadata { Account = "mock", ClientId = "mock" }) with { Flow = Flow, ExpiresOn = null };
        Key = new TokenKey.Builder().Add("flow", Flow).Add("mock", Guid.NewGuid().ToString("N")).Build();
    }

    public TokenKey Key { get; }

    public TokenMetadata Metadata { get; }

    public bool CanRenew => true;

    public IEnumerable<Origin> Origins => [Origin.Of(_baseUri)];

    /// <summary>Number of tokens issued so far.</summary>
    public int Issued => Volatile.Read(ref _issued);

    public Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var number = Interlocked.Increment(ref _issued);
        var now = _time.GetUtcNow();
        var claims = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["iss"] = _baseUri.AbsoluteUri,
            ["jti"] = $"mock-{number}",
        };
        // A login without a user stays one: errors name the account.
        if (Metadata.Account is { } account) claims["sub"] = account;
        var text = TestToken.Create(claims, now, _lifetime);
        return Task.FromResult(new TokenResult(
            new AccessToken(new Secret(text), Metadata with { ExpiresOn = now + _lifetime, IssuedOn = now })));
    }
}
