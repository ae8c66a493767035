using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running;

public sealed class RequestRetryTests
{
    [Fact]
    public async Task An_answer_that_breaks_off_before_its_first_row_is_asked_for_again()
    {
        await using var server = Breaking(times: 2, sent: """[{"id":""");

        var items = await RunAsync(Wire.Get(server.Address));

        Assert.Equal(["""{"id":1}""", """{"id":2}"""], items.Rows());
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task Nothing_is_asked_for_again_once_a_row_is_out()
    {
        await using var server = Breaking(times: 1, sent: """[{"id":1},{"id":""");

        var items = await RunAsync(Wire.Get(server.Address));

        Assert.Equal(["""{"id":1}"""], items.Rows());
        Assert.Equal("ConnectionFailed", ErrorOf(items).ErrorId);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task What_may_be_done_only_once_is_not_done_again()
    {
        await using var server = Breaking(times: 1, sent: """[{"id":""");

        Assert.Equal("ConnectionFailed", ErrorOf(await RunAsync(Wire.Post(server.Address))).ErrorId);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task It_is_given_up_after_as_many_tries_as_any_other()
    {
        await using var server = Breaking(times: int.MaxValue, sent: "[");

        Assert.Equal("ConnectionFailed", ErrorOf(await RunAsync(Wire.Get(server.Address))).ErrorId);
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task A_whole_answer_is_one_object_that_tells_of_all_tries()
    {
        await using var server = Breaking(times: 1, sent: """[{"id":1},{"id":""");

        var response = Assert.IsType<BearerResponse>(Assert.Single((await RunAsync(Wire.Get(server.Address), whole: true)).Rows()));

        Assert.Equal(2, response.Attempts);
    }

    private static RawServer Breaking(int times, string sent) =>
        new((request, _) => request <= times ? RawServer.Ok(sent, length: 1000) + '\0' : RawServer.Ok("""[{"id":1},{"id":2}]"""));

    private static async Task<List<RunItem>> RunAsync(RequestRecipe recipe, bool whole = false)
    {
        using var wire = new Wire(retries: new RetryPolicy());
        var run = new RequestRun(wire.Sender, _ => new TextRows(), JsonReadOptions.Default) { Retries = wire.Retries, IncludeResponse = whole };
        using var runner = new Runner(new RunnerLimits(1));
        return await runner.RunAllAsync([new RequestJob(run, recipe)]).Soon();
    }

    private static BearerRequestException ErrorOf(IEnumerable<RunItem> items) =>
        Assert.IsType<BearerRequestException>(((JobFailure)Assert.Single(items, item => item.Kind == RunItemKind.Failure).Value!).Error);
}
