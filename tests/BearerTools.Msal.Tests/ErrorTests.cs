using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tests.Msal.Support;
using BearerTools.Tests.Support;
using BearerTools.Tokens;

namespace BearerTools.Tests.Msal;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("unauthorized_client", 700016, "ClientNotFound", BearerErrorKind.NotFound)]
    [InlineData("invalid_client", 7000215, "InvalidClientSecret", BearerErrorKind.Authentication)]
    [InlineData("invalid_client", 7000222, "ClientSecretExpired", BearerErrorKind.Authentication)]
    [InlineData("invalid_client", 700024, "AssertionNotInTime", BearerErrorKind.Authentication)]
    [InlineData("invalid_request", 50027, "AssertionRefused", BearerErrorKind.Authentication)]
    [InlineData("invalid_client", 70021, "FederatedCredentialMismatch", BearerErrorKind.Authentication)]
    [InlineData("interaction_required", 50076, "MultiFactorRequired", BearerErrorKind.Authentication)]
    [InlineData("interaction_required", 50079, "MultiFactorRequired", BearerErrorKind.Authentication)]
    [InlineData("invalid_grant", 65001, "ConsentRequired", BearerErrorKind.Permission)]
    [InlineData("invalid_request", 90002, "TenantNotFound", BearerErrorKind.NotFound)]
    [InlineData("invalid_resource", 500011, "ResourceNotFound", BearerErrorKind.NotFound)]
    [InlineData("invalid_grant", 50126, "WrongPassword", BearerErrorKind.Authentication)]
    [InlineData("invalid_grant", 50034, "UserNotFound", BearerErrorKind.NotFound)]
    [InlineData("access_denied", 53003, "ConditionalAccess", BearerErrorKind.Permission)]
    [InlineData("invalid_grant", 999999, "LoginRequired", BearerErrorKind.Authentication)]
    [InlineData("something_new", 999999, "TokenRequestRejected", BearerErrorKind.Authentication)]
    public async Task Entras_own_code_says_what_is_wrong_and_what_to_do(string error, int code, string id, BearerErrorKind kind)
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = _ => EntraResponse.Error(error, code, "This and that is wrong.");

        var refused = await bench.RefusedAsync(bench.Sources.ClientCredentials(bench.Client(Bench.Secret())));

        Assert.Equal((id, kind, error, $"AADSTS{code}", EntraResponse.CorrelationId), (refused.ErrorId, refused.Kind, refused.Error, refused.AuthorityCode, refused.CorrelationId));
        Assert.Equal($"Entra ID refused the client {bench.ClientId}: AADSTS{code}: This and that is wrong. (correlation id {EntraResponse.CorrelationId})", refused.Message);
        Assert.NotNull(refused.NextStep);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task No_exception_of_MSAL_reaches_the_caller()
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = _ => EntraResponse.Error("invalid_client", 7000215);

        for (Exception? error = await bench.RefusedAsync(bench.Sources.ClientCredentials(bench.Client(Bench.Secret()))); error is not null; error = error.InnerException)
            Assert.DoesNotContain("Microsoft.Identity", error.GetType().FullName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_a_response_quotes_is_not_shown()
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = asked => EntraResponse.Error("invalid_client", 7000215, $"'{asked.Form["client_secret"]}' is wrong.");
        var secret = Bench.NewSecret();

        var refused = await bench.RefusedAsync(bench.Sources.ClientCredentials(bench.Client(Bench.Secret(secret))));

        Assert.DoesNotContain(secret, $"{refused} {refused.ErrorDescription} {bench.LogText}", StringComparison.Ordinal);
        Assert.Contains(LiveSecrets.Mark, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttling_says_how_long_and_the_next_request_is_not_even_sent()
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = _ => EntraResponse.Error("temporarily_unavailable", 90055, status: 429, headers: new() { ["Retry-After"] = "17" });
        var source = bench.Sources.ClientCredentials(bench.Client(Bench.Secret()));

        var first = await bench.RefusedAsync(source);
        var sent = bench.Server.Asked.Count;
        var second = await bench.RefusedAsync(source);

        Assert.Equal(("Throttled", BearerErrorKind.Server, TimeSpan.FromSeconds(17)), (first.ErrorId, first.Kind, first.RetryAfter));
        Assert.Contains("17 s ", first.NextStep, StringComparison.Ordinal);
        Assert.Equal(("Throttled", BearerErrorKind.Server), (second.ErrorId, second.Kind));
        Assert.Equal(sent, bench.Server.Asked.Count);
    }

    [Theory]
    [InlineData("Wed, 21 Oct 2015 07:28:00 GMT", 0)]
    [InlineData("120", 120)]
    public async Task Retry_After_is_read_as_for_APIs(string header, double seconds)
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = _ => EntraResponse.Error("temporarily_unavailable", 90055, status: 429, headers: new() { ["Retry-After"] = header });

        var refused = await bench.RefusedAsync(bench.Sources.ClientCredentials(bench.Client(Bench.Secret())));

        Assert.Equal(TimeSpan.FromSeconds(seconds), refused.RetryAfter);
    }

    [Fact]
    public async Task A_service_that_is_down_is_no_fault_of_the_client_now_and_when_MSAL_waits_for_it()
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = _ => new EntraResponse(503, "<html>down</html>");
        var source = bench.Sources.ClientCredentials(bench.Client(Bench.Secret()));

        foreach (var refused in new[] { await bench.RefusedAsync(source), await bench.RefusedAsync(source) })
            Assert.Equal(("AuthorityUnavailable", BearerErrorKind.Server, HttpStatusCode.ServiceUnavailable), (refused.ErrorId, refused.Kind, refused.StatusCode));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Responses = asked => asked.Path == "/elsewhere" ? null : new EntraResponse(307, "moved", new() { ["Location"] = "https://login.microsoftonline.com/elsewhere" });

        await bench.RefusedAsync(bench.Sources.ClientCredentials(bench.Client(Bench.Secret())));

        Assert.DoesNotContain(bench.Server.Asked, asked => asked.Path == "/elsewhere");
    }

    [Fact]
    public async Task A_broken_connection_is_distinguished_from_a_refusal()
    {
        var bench = await Bench.StartAsync();
        await bench.Server.DisposeAsync();

        var refused = await bench.RefusedAsync(bench.Sources.ClientCredentials(bench.Client(Bench.Secret())));

        Assert.Equal(BearerErrorKind.Connection, refused.Kind);
        Assert.Contains("login.microsoftonline.com", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_cancels_gets_a_cancellation()
    {
        await using var bench = await Bench.StartAsync();
        using var stop = new CancellationTokenSource();
        bench.Server.Responses = _ =>
        {
            stop.Cancel();
            return null;
        };
        var source = bench.Sources.ClientCredentials(bench.Client(Bench.Secret()));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => source.AcquireAsync(TokenRequestContext.Default, stop.Token).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Cancelling_during_an_endless_refusal_does_not_wait_for_its_end()
    {
        await using var bench = await Bench.StartAsync();
        using var stop = new CancellationTokenSource();
        bench.Server.Responses = _ => EntraResponse.Error("invalid_client", 7000215) with { Stalls = true };
        var source = bench.Sources.ClientCredentials(bench.Client(Bench.Secret()));
        // The event comes when the headers have arrived.
        var events = new EventLog { Written = e => { if (e is AuthorityResponded { StatusCode: 400 }) stop.CancelAfter(50); } };
        var asking = source.AcquireAsync(new TokenRequestContext { Events = events }, stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
