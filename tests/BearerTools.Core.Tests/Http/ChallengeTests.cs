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
    [InlineData("SSWS", "SSWS")]
    [InlineData("Basic,Negotiate", "Basic,Negotiate")]
    [InlineData("Basic,bearer", "")]
    [InlineData("", "")]
    public void Other_schemes_are_named_if_the_own_one_is_not_asked_for(string asked, string others) =>
        Assert.Equal(
            others.Split(',', StringSplitOptions.RemoveEmptyEntries),
            Challenge.OtherSchemes(asked.Split(',', StringSplitOptions.RemoveEmptyEntries), "Token"));
}
