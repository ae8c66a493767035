using System.Text;
using BearerTools.Json;

namespace BearerTools.Tests.Json;

public sealed class JsonTextCacheTests
{
    private readonly JsonTextCache _cache = new();

    [Fact]
    public void A_text_that_came_twice_is_shared_from_then_on()
    {
        var first = Decode("Oslo");
        var second = Decode("Oslo");
        Assert.Same(second, Decode("Oslo"));
        Assert.Equal(first, second);
    }

    [Fact]
    public void A_text_that_comes_for_the_first_time_is_not_kept()
    {
        var first = Decode("Oslo");
        Assert.NotSame(first, Decode("Oslo"));
    }

    [Fact]
    public void Texts_that_come_once_do_not_push_out_one_that_comes_often()
    {
        _ = Decode("Oslo");
        var kept = Decode("Oslo");
        for (var i = 0; i < 100_000; i++) Assert.Equal($"Item {i}", Decode($"Item {i}"));
        Assert.Same(kept, Decode("Oslo"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a text of more than thirty-two bytes")]
    [InlineData("Tromsø")]
    public void Every_text_is_read_unchanged(string text)
    {
        for (var i = 0; i < 3; i++) Assert.Equal(text, Decode(text));
    }

    private string Decode(string text) => _cache.Decode(Encoding.UTF8.GetBytes(text));
}
