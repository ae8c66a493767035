using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

public sealed class UnrevokedTokenTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public async Task A_token_to_revoke_is_forgotten_and_kept_until_it_is_revoked()
    {
        var entry = new TokenEntry(new ScriptedSource(_clock), _clock);
        var token = await entry.GetAsync(TokenRequestContext.Default, CancellationToken.None).Soon();

        Assert.Same(token, entry.BeginRevocation()!.Token);
        Assert.Null(entry.Current);
        Assert.True(entry.IsForgotten);
        Assert.Same(token, entry.BeginRevocation()!.Token);

        entry.Revoked();
        Assert.Null(entry.BeginRevocation());
    }

    [Fact]
    public void Without_a_token_there_is_nothing_to_revoke() =>
        Assert.Null(new TokenEntry(new ScriptedSource(_clock), _clock).BeginRevocation());
}
