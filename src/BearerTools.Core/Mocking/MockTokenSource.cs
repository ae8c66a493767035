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

    /// <param name="baseUri">The base address of the mock.</param>
    /// <param name="time">The clock of the mock.</param>
    /// <param name="lifetime">Lifetime of the tokens.</param>
    /// <param name="metadata">What is known about the login, or <see langword="null"/>.</param>
    /// <param name="canRenew">False for a login that has only one token, such as one that the user supplies.</param>
    public MockTokenSource(Uri baseUri, TimeProvider time, TimeSpan lifetime, TokenMetadata? metadata = null, bool canRenew = true)
    {
        (_baseUri, _time, _lifetime, CanRenew) = (baseUri, time, lifetime, canRenew);
        Metadata = (metadata ?? new TokenMetadata { Account = "mock", ClientId = "mock" }) with { Flow = Flow, ExpiresOn = null };
        Key = new TokenKey.Builder().Add("flow", Flow).Add("mock", Guid.NewGuid().ToString("N")).Build();
    }

    public TokenKey Key { get; }

    public TokenMetadata Metadata { get; }

    public bool CanRenew { get; }

    public bool CanStartOver => true;

    public IEnumerable<Origin> Origins => [Origin.Of(_baseUri)];

    /// <summary>Number of tokens issued so far.</summary>
    public int Issued => Volatile.Read(ref _issued);

    public Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var number = Interlocked.Increment(ref _issued);
        if (number > 1 && !CanRenew)
        {
            throw new BearerTokenException("The token has expired: the mocked token stands for one that is not renewed.")
            {
                ErrorId = "TokenExpired",
                NextStep = "Start the mock with a longer -TokenLifetime, or connect with a login that renews its token.",
            };
        }

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
