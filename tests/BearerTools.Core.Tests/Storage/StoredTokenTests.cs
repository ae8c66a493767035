using BearerTools.Security;
using BearerTools.Storage;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Storage;

/// <summary>Tests of a login whose token is in a store.</summary>
public abstract class StoredTokenTests
{
    private protected StoredTokenTests()
    {
        Store = new MemoryStore(Clock);
        Login = new LoginStub(Clock);
    }

    private protected TestClock Clock { get; } = new();

    private protected MemoryStore Store { get; }

    private protected EventLog Log { get; } = new();

    private protected LoginStub Login { get; }

    private protected TokenRequestContext Context => new() { Events = Log };

    private protected TokenRequestContext Interactive => Context with { UserPrompt = new TestUserPrompt() };

    private protected StoredToken NewToken(TimeSpan lifetime) => new()
    {
        AccessToken = new Secret(TestTokens.TokenText()),
        IssuedOn = Clock.GetUtcNow() - TimeSpan.FromHours(2),
        ExpiresOn = Clock.GetUtcNow() + lifetime,
        RefreshToken = new Secret(TestTokens.TokenText()),
    };

    private protected TokenEntry NewEntry() => new(new StoredSource(Login, Store, Clock), Clock);
}
