using System.Net;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http;

/// <summary>The addresses that a token is sent to.</summary>
public sealed class BearerHandlerOriginTests
{
    [Fact]
    public async Task A_call_without_origins_is_for_its_typed_address_and_another_gets_nothing()
    {
        await using var first = await OddServer.RespondingAsync("{}");
        await using var other = await OddServer.RespondingAsync("{}");
        using var wire = new Wire();
        (await wire.SendAsync(Wire.Get(first.At("/")))).Dispose();

        var error = await wire.FailAsync(other.At("/"));

        Assert.Equal("OriginNotAllowed", error.ErrorId);
        Assert.Equal(BearerErrorKind.Security, error.Kind);
        Assert.Contains(first.Address, error.Message, StringComparison.Ordinal);
        Assert.Contains("-AllowedOrigin " + other.Address, error.NextStep, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_token_goes_to_the_origins_of_its_connection_only()
    {
        await using var named = await OddServer.RespondingAsync("{}");
        await using var other = await OddServer.RespondingAsync("{}");
        using var wire = new Wire(origins: [Origin.Of(named.At("/"))]);

        Assert.Equal("OriginNotAllowed", (await wire.FailAsync(other.At("/"))).ErrorId);
        Assert.Equal(0, wire.Source.Requests);

        using var wider = new Wire(origins: [Origin.Of(named.At("/")), Origin.Of(other.At("/"))]);
        using var response = await wider.SendAsync(Wire.Get(other.At("/")));
        Assert.True(response.IsSuccess);
    }

    [Fact]
    public async Task Plain_http_beyond_this_machine_is_refused_before_a_token_is_got()
    {
        using var wire = new Wire();

        var error = await wire.FailAsync(new Uri("http://api.invalid/"));

        Assert.Equal("UnencryptedAuthentication", error.ErrorId);
        Assert.Contains("-AllowUnencryptedAuthentication", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(0, wire.Source.Requests);
        Assert.Empty(wire.Origins.Allowed);
    }

    [Fact]
    public async Task Plain_http_beyond_this_machine_is_allowed_when_its_risk_is_accepted()
    {
        using var wire = new Wire(allowUnencrypted: true);

        Assert.NotEqual("UnencryptedAuthentication", (await wire.FailAsync(new Uri("http://api.invalid/"))).ErrorId);
        Assert.Equal(1, wire.Attempts);
    }

    [Fact]
    public async Task A_request_without_token_asks_for_none_and_binds_nothing()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        using var wire = new Wire();

        using var response = await wire.SendAsync(Wire.Get(server.At("/")) with { CarriesToken = false });

        Assert.Equal(HttpStatusCode.Unauthorized, response.Status);
        Assert.False(server.Requests.Single().Headers.ContainsKey("Authorization"));
        Assert.Equal(0, wire.Source.Requests);
        Assert.Empty(wire.Origins.Allowed);
    }
}
