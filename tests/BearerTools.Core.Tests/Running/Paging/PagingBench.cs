using BearerTools.Http;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Running.Paging;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running.Paging;

/// <summary>What the tests of pages share: a sandbox, and a run of jobs with a rule.</summary>
public abstract class PagingBench : IAsyncLifetime
{
    private protected static LinkRule Links { get; } = new(readsHeader: true, LinkRule.ODataNames);

    private protected SandboxRoute Route { get; private set; } = null!;

    public async Task InitializeAsync() => Route = await SandboxRoute.OpenAsync();

    public async Task DisposeAsync() => await Route.DisposeAsync();

    private protected static string[] Ids(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(id => $$"""{"id":{{id}}}""")];

    private protected static RequestTemplate Template(OddServer server) => new() { Method = HttpMethod.Get, Address = server.At("/"), CarriesToken = false };

    private protected static BearerRequestException Failure(IEnumerable<RunItem> items) =>
        Assert.IsType<BearerRequestException>(Assert.IsType<JobFailure>(Assert.Single(items, item => item.Kind == RunItemKind.Failure).Value).Error);

    private protected async Task<object?[]> RowsAsync(PageRule rule, string path, string? itemsPath = null)
    {
        var items = await RunAsync(Run(itemsPath), rule, Route.Get(path));
        Assert.DoesNotContain(items, item => item.Kind == RunItemKind.Failure);
        return [.. items.Rows()];
    }

    private protected Func<PageRule, RequestRun> Run(string? itemsPath = null, bool response = false) => rule =>
        new RequestRun(Route.Sender, _ => new TextRows(), JsonReadOptions.Default with { ItemsPath = itemsPath, Captures = rule.Captures })
        {
            IncludeResponse = response,
        };

    private protected static async Task<List<RunItem>> RunAsync(Func<PageRule, RequestRun> run, PageRule rule, params RequestTemplate[] templates)
    {
        using var runner = new Runner(new RunnerLimits(4));
        return await runner.RunAllAsync(templates.Select(template => new PagedRequestJob(run(rule), rule, template))).Soon();
    }
}
