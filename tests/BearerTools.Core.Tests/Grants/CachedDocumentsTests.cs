using System.Net.Http.Headers;
using BearerTools.Grants;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Grants;

public sealed class CachedDocumentsTests
{
    private readonly TestClock _clock = new();
    private readonly CachedDocuments<string> _documents;
    private int _loads;

    public CachedDocumentsTests() => _documents = new CachedDocuments<string>(_clock, limit: 10);

    [Theory]
    [InlineData(null, 24 * 3600)]
    [InlineData("public", 24 * 3600)]
    [InlineData("max-age=60", 60)]
    [InlineData("public, max-age=3600", 3600)]
    [InlineData("max-age=31536000", 24 * 3600)]
    [InlineData("max-age=99999999999999", 24 * 3600)]
    public async Task A_document_is_kept_as_long_as_the_server_allows_and_24_hours_at_most(string? cacheControl, int seconds)
    {
        await GetAsync(cacheControl);

        _clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.Equal("1", await GetAsync(cacheControl));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("2", await GetAsync(cacheControl));
    }

    [Theory]
    [InlineData("no-store")]
    [InlineData("no-cache, max-age=60")]
    [InlineData("max-age=0")]
    public async Task A_document_that_may_not_be_stored_is_loaded_each_time(string cacheControl)
    {
        await GetAsync(cacheControl);

        Assert.Equal("2", await GetAsync(cacheControl));
        Assert.Equal(0, _documents.Count);
    }

    [Fact]
    public async Task The_age_in_an_intermediate_cache_counts()
    {
        await GetAsync("max-age=60", age: "50");

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("2", await GetAsync("max-age=60", age: "50"));
    }

    [Fact]
    public async Task A_document_that_lacks_something_is_loaded_again_once_a_minute()
    {
        var first = await _documents.GetAsync("a", Load(null), default);
        Assert.Same(first, await _documents.ReloadAsync("a", first, Load(null), default));

        _clock.Advance(TimeSpan.FromMinutes(1));
        var second = await _documents.ReloadAsync("a", first, Load(null), default);

        Assert.Equal("2", second.Value);
        Assert.Same(second, await _documents.ReloadAsync("a", second, Load(null), default));
        // Another caller had the old one, and gets its successor without a request.
        Assert.Same(second, await _documents.ReloadAsync("a", first, Load(null), default));
        Assert.Equal(2, _loads);
    }

    [Fact]
    public async Task A_request_that_ends_after_Clear_stores_nothing()
    {
        var arrive = new TaskCompletionSource();
        var waiting = _documents.GetAsync("a", async _ =>
        {
            await arrive.Task;
            return await Load(null)(default);
        }, default);

        _documents.Clear();
        arrive.SetResult();

        Assert.Equal("1", (await waiting.Soon()).Value);
        Assert.Equal(0, _documents.Count);
    }

    [Fact]
    public async Task The_number_of_documents_is_bounded()
    {
        for (var n = 0; n < 100; n++) await _documents.GetAsync($"{n}", Load(null), default);

        Assert.Equal(10, _documents.Count);
    }

    private async Task<string> GetAsync(string? cacheControl, string? age = null) => (await _documents.GetAsync("a", Load(cacheControl, age), default).Soon()).Value;

    private Func<CancellationToken, Task<(string Value, HttpResponseHeaders Headers)>> Load(string? cacheControl, string? age = null) => _ =>
    {
        using var response = new HttpResponseMessage();
        if (cacheControl is not null) response.Headers.TryAddWithoutValidation("Cache-Control", cacheControl);
        if (age is not null) response.Headers.TryAddWithoutValidation("Age", age);
        return Task.FromResult(($"{Interlocked.Increment(ref _loads)}", response.Headers));
    };
}
