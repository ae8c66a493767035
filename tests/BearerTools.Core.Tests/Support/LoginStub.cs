using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Tests.Support;

/// <summary>A flow that needs a user the first time, and then renews with refresh tokens that change at each use.</summary>
internal sealed class LoginStub(TimeProvider time, TokenKey? key = null) : ITokenSource
{
    /// <summary>Called before a response, with the refresh token, or <see langword="null"/> for a sign-in.</summary>
    public Func<string?, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called when the user signs in.</summary>
    public Action SigningIn { get; set; } = () => { };

    /// <summary>The refresh tokens that were sent.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>The refresh tokens that were returned.</summary>
    public List<string> Given { get; } = [];

    public int SignIns { get; private set; }

    public TokenKey Key { get; } = key ?? new TokenKey.Builder().Add("name", "login").Build();

    public TokenMetadata Metadata { get; } = new() { Flow = "Stub" };

    public bool CanRenew => false;

    public IEnumerable<Origin> Origins => [];

    public ITokenAuthority? Authority { get; set; }

    public bool TakesClaims { get; set; }

    public async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var refreshToken = context.Previous?.RefreshToken?.Reveal();
        if (refreshToken is null)
        {
            if (context.UserPrompt is null) throw new BearerTokenException("Sign in.") { ErrorId = "LoginRequired" };
            SignIns++;
            SigningIn();
        }
        else
        {
            lock (Sent) Sent.Add(refreshToken);
        }

        await Before(refreshToken).WaitAsync(cancel);
        Given.Add(TestTokens.TokenText());
        return new TokenResult(TestTokens.Token(time.GetUtcNow(), TimeSpan.FromHours(1)), new Secret(Given[^1]));
    }
}
