using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

public sealed class SurrenderTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public async Task What_is_surrendered_is_forgotten_and_kept_until_it_was_revoked()
    {
        var entry = new TokenEntry(new ScriptedSource(_clock), _clock);
        var token = await entry.GetAsync(TokenRequestContext.Default, CancellationToken.None).Soon();

        Assert.Same(token, entry.Surrender()!.Token);
        Assert.Null(entry.Current);
        Assert.True(entry.IsForgotten);
        Assert.Same(token, entry.Surrender()!.Token);

        entry.Revoked();
        Assert.Null(entry.Surrender());
    }

    [Fact]
    public void Where_there_never_was_a_token_nothing_is_surrendered() =>
        Assert.Null(new TokenEntry(new ScriptedSource(_clock), _clock).Surrender());
}
