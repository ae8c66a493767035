using BearerTools.Http.Bodies;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Running.Files;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running.Files;

/// <summary>What tests of downloads share: a sandbox, a folder, and runs that save to it.</summary>
public abstract class DownloadBench : IAsyncLifetime, IDisposable
{
    private protected TestFolder Folder { get; } = new();

    private protected OutFiles Files { get; } = new();

    private protected SandboxRoute Route { get; private set; } = null!;

    public async Task InitializeAsync() => Route = await SandboxRoute.OpenAsync();

    public async Task DisposeAsync() => await Route.DisposeAsync();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected string Fifo()
    {
        using var make = System.Diagnostics.Process.Start("mkfifo", [Folder.At("fifo")]);
        make.WaitForExit();
        return Folder.At("fifo");
    }

    private protected async Task<List<RunItem>> SaveAsync(Uri address)
    {
        using var wire = new Http.Wire();
        using var runner = new Runner(new RunnerLimits(1));
        var run = new RequestRun(wire.Sender, _ => new TextRows(), JsonReadOptions.Default);
        return await runner.RunAllAsync([new DownloadJob(run, Http.Wire.Get(address), new OutTarget(Folder.At(""), Files))]).Soon();
    }

    private protected static byte[] Bytes(int size) => [.. Enumerable.Range(0, size).Select(n => (byte)(n % 251))];

    private protected static BearerRequestException Failure(RunItem item) => Assert.IsType<BearerRequestException>(Assert.IsType<JobFailure>(item.Value).Error);

    private protected static Dictionary<string, string> Head(List<RunItem> items) =>
        ((ResponseHead)items.First(item => item.Kind == RunItemKind.Head).Value!).Headers.ToDictionary(header => header.Key, header => header.Value.Single());

    private protected RequestRun Run(Requested requested) => new(Route.Sender, _ => new TextRows(), JsonReadOptions.Default)
    {
        Resumes = requested.Resumes,
        PassesThru = requested.PassesThru,
        SkipErrorCheck = requested.SkipsErrors,
        IncludeResponse = requested.Response,
        WantsHead = requested.Resumes,
        Transfer = requested.Transfer,
    };

    private protected Task<List<RunItem>> RunAsync(string path, string file) => RunAsync(new Requested(), (path, file));

    private protected Task<List<RunItem>> ResumeAsync(string path, string file) => RunAsync(new Requested { Resumes = true }, (path, file));

    /// <summary>Each time a command of its own.</summary>
    private protected async Task<List<RunItem>> RunAsync(Requested requested, params (string Path, string File)[] downloads)
    {
        var run = Run(requested);
        var files = new OutFiles();
        using var runner = new Runner(new RunnerLimits(1));
        return await runner.RunAllAsync(downloads.Select(one => new DownloadJob(run, Route.Get(one.Path), new OutTarget(Folder.At(one.File), files)))).Soon();
    }

    private protected sealed record Requested
    {
        public bool Resumes { get; init; }
        public bool PassesThru { get; init; }
        public bool SkipsErrors { get; init; }
        public bool Response { get; init; }
        public Transfer? Transfer { get; init; }
    }
}
