using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants;

/// <summary>What the tests of JSON logins share: a password, a token, and a source that logs in at a test's server.</summary>
public abstract class JsonLoginBench : IDisposable
{
    private protected Workbench Bench { get; } = new();

    private protected string Token { get; } = Workbench.NewToken();

    private protected Secret Password { get; } = new(Workbench.NewSecret());

    public void Dispose()
    {
        Bench.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected JsonLoginOptions AsBasic(JsonLoginOptions options) => options with { Body = null, Basic = new LoginBasic("me", SecretReference.To(Password)) };

    private protected LoginFields Fields() => new LoginFields().Set("username", "me").Set("password", Password);

    private protected JsonLoginSource Source(OddServer server, LoginBody? body = null, Func<JsonLoginOptions, JsonLoginOptions>? change = null)
    {
        var options = new JsonLoginOptions { LoginUri = server.At("/login"), Body = body ?? LoginBody.Of(Fields()), Account = "me" };
        return new JsonLoginSource(Bench.Backchannel, Bench.Rejected, change is null ? options : change(options));
    }

    private protected async Task<AccessToken> RespondAsync(string response, Func<JsonLoginOptions, JsonLoginOptions>? change = null)
    {
        await using var server = await OddServer.StartAsync(
            context => OddServer.TextAsync(context, response.Replace("#", Token, StringComparison.Ordinal), null));
        return (await Workbench.AcquireAsync(Source(server, change: change))).Token;
    }

    private protected async Task<BearerTokenException> FailAsync(string response, Func<JsonLoginOptions, JsonLoginOptions>? change = null)
    {
        await using var server = await OddServer.RespondingAsync(response.Replace("#", Token, StringComparison.Ordinal));
        return await Workbench.FailAsync(Source(server, change: change));
    }
}
