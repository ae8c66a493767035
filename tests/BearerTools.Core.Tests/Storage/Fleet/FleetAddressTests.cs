using BearerTools.Fleet;
using BearerTools.Grants;

namespace BearerTools.Tests.Storage.Fleet;

public sealed class FleetAddressTests
{
    [Theory]
    [InlineData("redis.contoso.com", "redis.contoso.com:6379", false)]
    [InlineData("10.0.0.1:7000, 10.0.0.2:7000", "10.0.0.1:7000, 10.0.0.2:7000", false)]
    [InlineData("[::1]:7000", "[::1]:7000", false)]
    [InlineData("redis.contoso.com,ssl=true,user=ops,password=p@ss//word=", "redis.contoso.com:6380", true)]
    [InlineData("redis://redis.contoso.com", "redis.contoso.com:6379", false)]
    [InlineData("rediss://ops:p%40ss%2Cword@a.contoso.com:6380/3,rediss://ops:p%40ss%2Cword@b.contoso.com:6380/3", "a.contoso.com:6380, b.contoso.com:6380", true)]
    public void Hosts_and_ports_are_shown_and_nothing_else(string text, string shown, bool isTls)
    {
        var address = FleetAddress.Parse(text, "env:CONTOSO_REDIS");

        Assert.Equal((shown, isTls), (address.Shown, address.IsTls));
    }

    [Fact]
    public void An_address_has_a_user_a_password_and_a_database()
    {
        var address = FleetAddress.Parse("rediss://ops:p%40ss:word@redis.contoso.com:6380/3", "env:CONTOSO_REDIS");

        Assert.Equal(("ops", "p@ss:word", 3), (address.User, address.Password, address.Database));
    }

    [Theory]
    [InlineData("https://redis.contoso.com:6380")]
    [InlineData("http://redis.contoso.com")]
    [InlineData("redis//redis.contoso.com")]
    [InlineData("ops:Tr33top-77@redis.contoso.com:6391")]
    [InlineData("ops:Tr33top-77")]
    [InlineData("redis.contoso.com:99999")]
    [InlineData("rediss://ops:p@Tr33top-77@redis.contoso.com")]
    [InlineData("rediss://ops:12#Tr33top-77@redis.contoso.com")]
    [InlineData("rediss://ops:12,Tr33top-77@redis.contoso.com")]
    [InlineData("rediss://ops:Tr33top-77@redis.contoso.com/three")]
    [InlineData("rediss://ops:Tr33top-77@redis.contoso.com?ssl=false")]
    [InlineData("rediss://ops:Tr33top-77@a.contoso.com,redis://ops:Tr33top-77@b.contoso.com")]
    [InlineData("rediss://ops:Tr33top-77@a.contoso.com,b.contoso.com")]
    [InlineData("redis.contoso.com,password=12,Tr33top-77")]
    [InlineData("redis.contoso.com,pasword=Tr33top-77")]
    [InlineData("password=Tr33top-77")]
    public void An_address_that_is_not_valid_is_refused_at_once_and_not_shown(string text)
    {
        var refused = Assert.Throws<BearerTokenException>(() => FleetAddress.Parse(text, "env:CONTOSO_REDIS"));

        Assert.Equal("StoreConnectionInvalid", refused.ErrorId);
        Assert.Contains("env:CONTOSO_REDIS", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Tr33top-77", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("contoso.com", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ops:Tr33top-77@redis.contoso.com:6391")]
    [InlineData("Tr33top-77@redis.contoso.com")]
    [InlineData("redis.contoso.com:6380,password=Tr33top-77")]
    [InlineData("redis.contoso.com:6380, Password = Tr33top-77")]
    [InlineData("redis.contoso.com:6380,user=ops")]
    [InlineData("rediss://ops:Tr33top-77@redis.contoso.com")]
    [InlineData("rediss://:Tr33top-77@redis.contoso.com")]
    [InlineData("https://ops:Tr33top-77@redis.contoso.com")]
    public void A_user_or_a_password_on_the_command_line_is_refused_and_not_shown(string connection)
    {
        var refused = Assert.Throws<BearerTokenException>(() => FleetOptions.Create(connection, null, SecretReference.Parse));

        Assert.Equal("StoreConnectionHasPassword", refused.ErrorId);
        Assert.DoesNotContain("contoso", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Tr33top-77", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://redis.contoso.com")]
    [InlineData("ops:Tr33top-77")]
    [InlineData("redis.contoso.com,pasword=Tr33top-77")]
    public void A_typed_address_that_is_not_valid_is_refused_before_it_can_be_saved(string connection)
    {
        var refused = Assert.Throws<BearerTokenException>(() => FleetOptions.Create(connection, null, SecretReference.Parse));

        Assert.Equal("StoreConnectionInvalid", refused.ErrorId);
        Assert.Contains("-StoreConnection", refused.Message, StringComparison.Ordinal);
    }
}
