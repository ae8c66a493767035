using BearerTools.Http;

namespace BearerTools.Tests.Http;

public sealed class ChallengeTests
{
    [Theory]
    [InlineData("Bearer error=\"insufficient_scope\", scope=\"orders.read orders.write\"", "orders.read orders.write")]
    [InlineData("Bearer error=\"insufficient_scope\"", null)]
    [InlineData("Bearer scope=\"\"", null)]
    public void The_scope_that_it_asks_for_is_read(string challenge, string? scope)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", challenge);

        Assert.Equal(scope, Challenge.Scope(response));
    }

    [Theory]
    [InlineData("Bearer error=\"invalid_token\", error_description=\"The access token expired at 12:00\"", "The access token expired at 12:00", true)]
    [InlineData("Bearer error_description=\"Say \\\"please\\\"\"", "Say \"please\"", false)]
    [InlineData("Bearer error=\"invalid_token\", error_description=\"It has not expired\"", "It has not expired", false)]
    [InlineData("Bearer error=\"invalid_token\", error_description=\"Bad token 'a1b2c3d4e5f6a7b8c9d0e1f2'\"", "Bad token '***'", false)]
    [InlineData("Basic realm=\"a\", Bearer error=\"invalid_token\", error_description=\" \"", null, false)]
    public void The_reason_is_read_without_secrets(string challenge, string? words, bool saysExpired)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", challenge);

        Assert.Equal((words, saysExpired), (Challenge.Description(response), Challenge.SaysExpired(response)));
    }

    [Theory]
    [InlineData("SSWS", "SSWS")]
    [InlineData("Basic,Negotiate", "Basic,Negotiate")]
    [InlineData("Basic,bearer", "")]
    [InlineData("", "")]
    public void Other_schemes_are_named_if_the_own_one_is_not_asked_for(string asked, string others) =>
        Assert.Equal(
            others.Split(',', StringSplitOptions.RemoveEmptyEntries),
            Challenge.OtherSchemes(asked.Split(',', StringSplitOptions.RemoveEmptyEntries), "Token"));
}
