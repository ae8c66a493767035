using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

public sealed class OriginPolicyTests
{
    private static readonly Origin s_login = Origin.Of(new Uri("https://login.example"));
    private static readonly Origin s_api = Origin.Of(new Uri("https://api.example"));
    private static readonly Origin s_files = Origin.Of(new Uri("https://files.example"));

    [Fact]
    public void Without_any_origin_nothing_is_admitted_and_nothing_is_remembered()
    {
        var none = OriginPolicy.Create(null, [], []);

        Assert.False(none.Admits(s_api));
        Assert.False(none.Admits(s_api));
        Assert.True(none.IsEmpty);
    }

    [Fact]
    public void Without_a_base_address_the_sources_own_origins_count() =>
        Assert.Equal([s_login, s_files], OriginPolicy.Create(null, [s_login], [s_files]).Allowed);

    [Fact]
    public void A_base_address_takes_the_place_of_the_sources_own_origins() =>
        Assert.Equal([s_api, s_files], OriginPolicy.Create(new Uri("https://api.example/v1/"), [s_login], [s_files]).Allowed);

    [Fact]
    public void A_wider_policy_is_another_one()
    {
        var policy = OriginPolicy.Create(null, [s_api], []);

        Assert.True(policy.With([s_files]).Admits(s_files));
        Assert.False(policy.Admits(s_files));
    }

    [Theory]
    [InlineData("https://graph.example", "https://graph.example")]
    [InlineData("https://graph.example/.default", "https://graph.example")]
    [InlineData("api://0f5c", null)]
    [InlineData("http://graph.example", null)]
    [InlineData("User.Read", null)]
    public void A_resource_names_an_origin_only_by_an_https_address(string resource, string? origin) =>
        Assert.Equal(origin is null ? [] : [origin], ResourceOrigin.Of([resource]).Select(o => o.ToString()));
}
