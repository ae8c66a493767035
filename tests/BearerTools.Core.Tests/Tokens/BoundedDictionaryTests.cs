using BearerTools.Tokens;

namespace BearerTools.Tests.Tokens;

public sealed class BoundedDictionaryTests
{
    private readonly BoundedDictionary<string, int> _values = new(3);

    [Fact]
    public void When_it_is_full_the_entry_that_was_not_used_for_longest_goes()
    {
        foreach (var (key, value) in (ReadOnlySpan<(string, int)>)[("a", 1), ("b", 2), ("c", 3)]) _values.Set(key, value);
        Assert.True(_values.TryGetValue("a", out _));

        _values.Set("d", 4);

        Assert.Equal(3, _values.Count);
        Assert.False(_values.TryGetValue("b", out _));
        Assert.True(_values.TryGetValue("a", out _));
    }

    [Fact]
    public void A_value_is_replaced_without_another_entry_going()
    {
        foreach (var key in (string[])["a", "b", "c", "a"]) _values.Set(key, 5);

        Assert.Equal(3, _values.Count);
        Assert.True(_values.TryGetValue("b", out _));
    }

    [Fact]
    public void What_was_removed_or_cleared_is_gone()
    {
        foreach (var key in (string[])["a", "b"]) _values.Set(key, 5);

        Assert.True(_values.Remove("a"));
        Assert.False(_values.Remove("a"));
        _values.Clear();

        Assert.Equal(0, _values.Count);
        Assert.False(_values.TryGetValue("b", out _));
    }
}
