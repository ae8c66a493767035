using BearerTools.Http;

namespace BearerTools.Tests.Http;

public sealed class AddressQueryTests
{
    [Theory]
    [InlineData("http://a/x", "http://a/x?n=1%2F2")]
    [InlineData("http://a/x?", "http://a/x?n=1%2F2")]
    [InlineData("http://a/x?n=0", "http://a/x?n=1%2F2")]
    [InlineData("http://a/x?b=%2B+c&n=0&d", "http://a/x?b=%2B+c&n=1%2F2&d")]
    [InlineData("http://a/x?n=0&b=c&n=7&%6E=8", "http://a/x?n=1%2F2&b=c")]
    [InlineData("http://a/x?N=0&nn=1", "http://a/x?N=0&nn=1&n=1%2F2")]
    public void A_value_takes_its_place(string address, string expected) =>
        Assert.Equal(expected, AddressQuery.With(new Uri(address), "n", "1/2").AbsoluteUri);

    [Fact]
    public void A_name_is_escaped_as_well_as_its_value() =>
        Assert.Equal("http://a/?%24skip=a%26b", AddressQuery.With(new Uri("http://a/"), "$skip", "a&b").AbsoluteUri);

    [Fact]
    public void An_address_that_the_runtime_finds_too_long_is_refused_without_its_query()
    {
        var error = Record.Exception(() => AddressQuery.With(new Uri($"http://a/x?secret={new string('s', 65_000)}"), "n", new string('v', 65_000)));

        // .NET 10 has no limit.
        if (Environment.Version.Major >= 10) Assert.Null(error);
        else Assert.StartsWith("'http://a/x?…' cannot be used", Assert.IsType<BearerRequestException>(error).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://a/x", null)]
    [InlineData("http://a/x?n", "")]
    [InlineData("http://a/x?m=1&n=a+b%2Bc=d&n=2", "a b+c=d")]
    [InlineData("http://a/x?%24n=1&%6e=5", "5")]
    public void A_value_is_found(string address, string? expected) => Assert.Equal(expected, AddressQuery.Value(new Uri(address), "n"));
}
