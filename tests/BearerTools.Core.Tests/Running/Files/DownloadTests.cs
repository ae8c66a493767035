using BearerTools.Http.Bodies;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Running.Files;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running.Files;

public sealed class DownloadTests : IAsyncLifetime, IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly OutFiles _files = new();
    private SandboxRoute _route = null!;

    public async Task InitializeAsync() => _route = await SandboxRoute.OpenAsync();

    public async Task DisposeAsync() => await _route.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    public async Task An_answer_is_saved_whole_and_nothing_is_left_beside_it(int size)
    {
        Assert.Empty(await RunAsync($"api/files/a?size={size}", "a.bin"));

        Assert.Equal(Bytes(size), File.ReadAllBytes(_folder.At("a.bin")));
        Assert.Equal(["a.bin"], _folder.Names);
    }

    [Fact]
    public async Task An_answer_takes_the_place_of_an_older_file()
    {
        _folder.Write("a.bin", new byte[500]);

        await RunAsync("api/files/a?size=10", "a.bin");

        Assert.Equal(Bytes(10), File.ReadAllBytes(_folder.At("a.bin")));
    }

    [Theory]
    [InlineData("a.bin.part", "a.bin.part.json")]
    [InlineData("a.bin.bearertools-part", "a.bin.part.json")]
    [InlineData("a.bin.part", "a.bin.bearertools-part.json")]
    [InlineData("a.bin.bearertools-part", "a.bin.bearertools-part.json")]
    public async Task Files_of_somebody_else_beside_its_place_are_left_alone(params string[] others)
    {
        foreach (var other in others) _folder.Write(other, "{\"ETag\":\"\\\"v1\\\"\",\"Length\":5000}"u8);

        await RunAsync("api/files/a?size=10", "a.bin");
        await RunAsync("api/files/a?size=5000&at=2000&fault=truncate", "a.bin");
        var head = Head(await ResumeAsync("api/files/a?size=5000", "a.bin"));

        Assert.Equal("bytes=2000-", head["X-Range"]);
        Assert.Equal(Bytes(5000), File.ReadAllBytes(_folder.At("a.bin")));
        Assert.Equal([.. others.Append("a.bin").Order(StringComparer.Ordinal)], _folder.Names);
        Assert.All(others, other => Assert.StartsWith("{\"ETag\"", File.ReadAllText(_folder.At(other)), StringComparison.Ordinal));
    }

    [UnixFact]
    public async Task Links_beside_its_place_are_not_followed()
    {
        _folder.Write("precious", Bytes(700));
        File.CreateSymbolicLink(_folder.At("a.bin.bearertools-part"), _folder.At("precious"));
        File.CreateSymbolicLink(_folder.At("a.bin.bearertools-part.json"), _folder.At("new"));

        await RunAsync("api/files/a?size=3000000", "a.bin");

        Assert.Equal(Bytes(3_000_000), File.ReadAllBytes(_folder.At("a.bin")));
        Assert.Equal(Bytes(700), File.ReadAllBytes(_folder.At("precious")));
        Assert.False(File.Exists(_folder.At("new")));
        Assert.NotNull(new FileInfo(_folder.At("a.bin.bearertools-part")).LinkTarget);
    }

    [Fact]
    public async Task An_older_part_of_this_modules_own_is_fetched_from_its_beginning()
    {
        await RunAsync("api/files/a?size=5000&at=2000&fault=truncate", "a.bin");

        await RunAsync("api/files/a?size=10", "a.bin");

        Assert.Equal(Bytes(10), File.ReadAllBytes(_folder.At("a.bin")));
        Assert.Equal(["a.bin"], _folder.Names);
    }

    [UnixFact]
    public async Task An_answer_is_as_private_as_the_file_whose_place_it_takes()
    {
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(_folder.Write("a.bin", []), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await RunAsync("api/files/a?size=10", "a.bin");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("a.bin")));
    }

    [UnixFact]
    public async Task What_a_link_leads_to_is_written()
    {
        File.CreateSymbolicLink(_folder.At("link"), _folder.Write("real", []));

        await RunAsync("api/files/a?size=10", "link");

        Assert.Equal(10, new FileInfo(_folder.At("real")).Length);
        Assert.NotNull(new FileInfo(_folder.At("link")).LinkTarget);
    }

    [Theory]
    [InlineData("truncate")]
    [InlineData("truncate&etag=W/\"weak\"")]
    public async Task A_part_is_kept_beside_its_place_and_the_rest_is_fetched(string fault)
    {
        var error = Failure(Assert.Single(await RunAsync($"api/files/a?size=5000&at=2000&fault={fault}", "a.bin")));

        Assert.Equal("ConnectionFailed", error.ErrorId);
        Assert.Contains("-Resume", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(["a.bin.bearertools-part", "a.bin.bearertools-part.json"], _folder.Names);
        Assert.Equal(Bytes(2000), File.ReadAllBytes(_folder.At("a.bin.bearertools-part")));

        var head = Head(await ResumeAsync($"api/files/a?size=5000&{fault["truncate".Length..].TrimStart('&')}", "a.bin"));

        Assert.Equal("bytes=2000-", head["X-Range"]);
        Assert.Equal(Bytes(5000), File.ReadAllBytes(_folder.At("a.bin")));
        Assert.Equal(["a.bin"], _folder.Names);
    }

    [Fact]
    public async Task A_part_of_an_older_version_is_fetched_anew()
    {
        await RunAsync("api/files/a?size=5000&at=2000&fault=truncate", "a.bin");

        var head = Head(await ResumeAsync("api/files/a?size=4000&etag=\"v2\"", "a.bin"));

        Assert.Equal(("bytes=2000-", "\"v1\""), (head["X-Range"], head["X-If-Range"]));
        Assert.Equal(Bytes(4000), File.ReadAllBytes(_folder.At("a.bin")));
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_sends_all_of_it_again()
    {
        await RunAsync("api/files/a?size=5000&at=2000&fault=truncate", "a.bin");

        await ResumeAsync("api/files/a?size=5000&fault=ignore-range", "a.bin");

        Assert.Equal(Bytes(5000), File.ReadAllBytes(_folder.At("a.bin")));
    }

    [Fact]
    public async Task A_part_that_breaks_off_again_grows()
    {
        await RunAsync("api/files/a?size=5000&at=2000&fault=truncate", "a.bin");
        Assert.Contains("3000 bytes", Failure((await ResumeAsync("api/files/a?size=5000&at=3000&fault=truncate", "a.bin"))[^1]).NextStep, StringComparison.Ordinal);

        await ResumeAsync("api/files/a?size=5000", "a.bin");

        Assert.Equal(Bytes(5000), File.ReadAllBytes(_folder.At("a.bin")));
    }

    [Fact]
    public async Task A_file_that_is_all_there_is_left_alone()
    {
        _folder.Write("a.bin", Bytes(5000));

        var items = await ResumeAsync("api/files/a?size=5000", "a.bin");

        Assert.Equal("bytes=5000-", Head(items)["X-Range"]);
        Assert.DoesNotContain(items, item => item.Kind == RunItemKind.Failure);
        Assert.Equal(["a.bin"], _folder.Names);
    }

    [Fact]
    public async Task A_file_that_is_longer_than_what_there_is_is_fetched_anew()
    {
        _folder.Write("a.bin", new byte[6000]);

        await ResumeAsync("api/files/a?size=5000", "a.bin");

        Assert.Equal(Bytes(5000), File.ReadAllBytes(_folder.At("a.bin")));
    }

    [Fact]
    public async Task A_part_that_something_else_left_in_its_place_is_gone_on_with()
    {
        _folder.Write("a.bin", Bytes(1234));

        var head = Head(await ResumeAsync("api/files/a?size=5000", "a.bin"));

        Assert.Equal(("bytes=1234-", ""), (head["X-Range"], head["X-If-Range"]));
        Assert.Equal(Bytes(5000), File.ReadAllBytes(_folder.At("a.bin")));
    }

    [Fact]
    public async Task A_part_that_nobody_knows_the_version_of_is_fetched_anew()
    {
        _folder.Write("a.bin.bearertools-part", new byte[1234]);

        var head = Head(await ResumeAsync("api/files/a?size=5000", "a.bin"));

        Assert.Equal("", head["X-Range"]);
        Assert.Equal(Bytes(5000), File.ReadAllBytes(_folder.At("a.bin")));
    }

    [Fact]
    public async Task An_error_in_place_of_the_rest_does_not_take_the_place_of_the_part()
    {
        await RunAsync("api/files/a?size=5000&at=2000&fault=truncate", "a.bin");

        var items = await RunAsync(new Requested { Resumes = true, SkipsErrors = true }, ("api/status/500", "a.bin"));

        Assert.Equal("HttpStatus500", Failure(items[^1]).ErrorId);
        Assert.Equal(2000, new FileInfo(_folder.At("a.bin.bearertools-part")).Length);
    }

    [Fact]
    public async Task A_large_part_is_noted_before_it_is_fetched_and_survives_a_cancellation()
    {
        using var runner = new Runner(new RunnerLimits(1));
        runner.TryAdd(new DownloadJob(Run(new Requested()), _route.Get("api/files/a?size=9000000&at=2000000&fault=stall"), new OutTarget(_folder.At("a.bin"), _files)));
        for (var i = 0; i < 1000 && !(File.Exists(_folder.At("a.bin.bearertools-part")) && new FileInfo(_folder.At("a.bin.bearertools-part")).Length == 2_000_000); i++) await Task.Delay(10);
        Assert.Equal(["a.bin.bearertools-part", "a.bin.bearertools-part.json"], _folder.Names);

        runner.Cancel();

        Assert.True(runner.WaitForWorkers(TimeSpan.FromSeconds(10)));
        await ResumeAsync("api/files/a?size=9000000", "a.bin");
        Assert.Equal(Bytes(9_000_000), File.ReadAllBytes(_folder.At("a.bin")));
    }

    [Fact]
    public async Task Nothing_is_left_of_an_answer_of_which_nothing_came()
    {
        await RunAsync("api/files/a?size=5000&at=0&fault=truncate", "a.bin");

        Assert.Empty(_folder.Names);
    }

    [Fact]
    public async Task A_folder_takes_responses_under_the_names_that_the_server_says_or_their_addresses_have()
    {
        Assert.Empty(await RunAsync(new Requested(), ("api/files/one.bin?size=1&name=other.bin", ""), ("api/files/two%20x.bin?size=2", ""), ("api/files/?size=3&name=said.bin", ""), ("api/files/a+b.txt?size=4", "")));

        Assert.Equal(["a+b.txt", "other.bin", "said.bin", "two x.bin"], _folder.Names);
    }

    [Theory]
    [InlineData("..%2F..%2Fescaped?size=1", "escaped")]
    [InlineData("?size=1&name=../../said", "said")]
    [InlineData(".bashrc?size=1", "bashrc")]
    [InlineData("a%1B%5B2Jb%0A.txt?size=1", "a[2Jb .txt")]
    public async Task No_name_leads_out_of_the_folder_or_does_harm_in_it(string path, string name)
    {
        Assert.Empty(await RunAsync("api/files/" + path, ""));

        Assert.Equal([name], _folder.Names);
    }

    [Fact]
    public async Task A_redirect_does_not_name_the_file()
    {
        await using var other = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.ContentDisposition = "attachment; filename=authorized_keys";
            return OddServer.TextAsync(http, "x", "text/plain");
        });
        await using var api = await OddServer.StartAsync(http =>
        {
            http.Response.StatusCode = 302;
            http.Response.Headers.Location = other.Address + "/.bashrc";
            return Task.CompletedTask;
        });

        Assert.Empty(await SaveAsync(api.At("/report.csv")));

        Assert.Equal(["report.csv"], _folder.Names);
    }

    [Fact]
    public async Task The_extended_name_goes_before_the_plain_one()
    {
        await using var api = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.ContentDisposition = "attachment; filename=plain.txt; filename*=UTF-8''%E2%82%AC%20rates.txt";
            return OddServer.TextAsync(http, "x", "text/plain");
        });

        Assert.Empty(await SaveAsync(api.At("/download")));

        Assert.Equal(["€ rates.txt"], _folder.Names);
    }

    [Fact]
    public async Task A_file_in_a_folder_is_not_replaced()
    {
        _folder.Write("one.bin", Bytes(3));

        var error = Failure(Assert.Single(await RunAsync("api/files/one.bin?size=10", "")));

        Assert.Equal(("OutFileExists", BearerErrorKind.File), (error.ErrorId, error.Kind));
        Assert.Equal(Bytes(3), File.ReadAllBytes(_folder.At("one.bin")));
        Assert.Equal(["one.bin"], _folder.Names);
    }

    [UnixFact]
    public async Task A_link_in_a_folder_is_not_followed_even_where_it_leads_nowhere()
    {
        File.CreateSymbolicLink(_folder.At("one.bin"), _folder.At("new"));

        Assert.Equal("OutFileExists", Failure(Assert.Single(await RunAsync("api/files/one.bin?size=10", ""))).ErrorId);
        Assert.False(File.Exists(_folder.At("new")));
    }

    [UnixFact]
    public async Task A_FIFO_is_written_to_and_stays_one()
    {
        var fifo = Fifo();
        var reading = Task.Run(() => File.ReadAllBytes(fifo));

        Assert.Empty(await RunAsync("api/files/a?size=200000", "fifo"));

        Assert.Equal(Bytes(200_000), await reading.Soon());
        Assert.True(SpecialFile.Is(fifo));
        Assert.Equal(["fifo"], _folder.Names);
    }

    [UnixFact]
    public async Task A_FIFO_that_nobody_reads_does_not_hold_up_a_cancellation()
    {
        Fifo();
        using var runner = new Runner(new RunnerLimits(1));
        runner.TryAdd(new DownloadJob(Run(new Requested()), _route.Get("api/files/a?size=10"), new OutTarget(_folder.At("fifo"), _files)));
        await Task.Delay(200);

        runner.Cancel();

        Assert.True(runner.WaitForWorkers(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task An_address_without_a_name_has_none_in_a_folder() =>
        Assert.Equal("OutFileNameless", Failure(Assert.Single(await RunAsync("api/files/?size=1", ""))).ErrorId);

    [Fact]
    public async Task Two_inputs_do_not_write_the_same_file()
    {
        Assert.Equal("OutFileTaken", Failure(Assert.Single(await RunAsync(new Requested(), ("api/files/a?size=1", ""), ("api/files/a?size=2", "")))).ErrorId);

        _files.Claim(_folder.At("b"));
        Assert.Equal("OutFileTaken", Assert.Throws<BearerRequestException>(() => new OutTarget(_folder.At("b"), _files)).ErrorId);
        Assert.Equal("OutFileTaken", Assert.Throws<BearerRequestException>(() => new OutTarget(_folder.At("b.bearertools-part"), _files)).ErrorId);
    }

    [Theory]
    [InlineData("none/a.bin")]
    [InlineData("none/")]
    public void A_folder_that_is_not_there_is_an_error_before_anything_is_sent(string path) =>
        Assert.Equal("OutFolderMissing", Assert.Throws<BearerRequestException>(() => new OutTarget(_folder.At(path), _files)).ErrorId);

    [Fact]
    public async Task What_is_saved_is_read_too_where_that_is_wanted()
    {
        var rows = (await RunAsync(new Requested { PassesThru = true }, ("api/users", "u.json"))).Rows();

        Assert.Equal(3, rows.Count());
        Assert.StartsWith("[{", File.ReadAllText(_folder.At("u.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_answer_names_its_file()
    {
        var response = (BearerResponse)Assert.Single((await RunAsync(new Requested { Response = true }, ("api/users", "u.json"))).Rows())!;

        Assert.Equal(_folder.At("u.json"), Assert.IsType<FileInfo>(response.Body).FullName);
    }

    [Fact]
    public async Task What_is_saved_is_counted()
    {
        var transfer = new Transfer();

        await RunAsync(new Requested { Transfer = transfer }, ("api/files/a?size=5000", "a"), ("api/files/a?size=2000", "b"));

        Assert.Equal((7000, 7000), (transfer.Moved, transfer.Expected));
    }

    [UnixFact]
    public async Task A_device_is_written_itself_and_says_when_it_is_full()
    {
        if (!File.Exists("/dev/full")) return;
        Assert.Empty(await RunAsync(new Requested(), ("api/files/a?size=5000", "/dev/null"), ("api/files/a?size=5000", "/dev/null")));

        var error = Failure(Assert.Single(await RunAsync("api/files/a?size=5000", "/dev/full")));

        Assert.Equal(("DiskFull", BearerErrorKind.File), (error.ErrorId, error.Kind));
    }

    private string Fifo()
    {
        using var make = System.Diagnostics.Process.Start("mkfifo", [_folder.At("fifo")]);
        make.WaitForExit();
        return _folder.At("fifo");
    }

    private async Task<List<RunItem>> SaveAsync(Uri address)
    {
        using var wire = new Http.Wire();
        using var runner = new Runner(new RunnerLimits(1));
        var run = new RequestRun(wire.Sender, _ => new TextRows(), JsonReadOptions.Default);
        return await runner.RunAllAsync([new DownloadJob(run, Http.Wire.Get(address), new OutTarget(_folder.At(""), _files))]).Soon();
    }

    private static byte[] Bytes(int size) => [.. Enumerable.Range(0, size).Select(n => (byte)(n % 251))];

    private static BearerRequestException Failure(RunItem item) => Assert.IsType<BearerRequestException>(Assert.IsType<JobFailure>(item.Value).Error);

    private static Dictionary<string, string> Head(List<RunItem> items) =>
        ((ResponseHead)items.First(item => item.Kind == RunItemKind.Head).Value!).Headers.ToDictionary(header => header.Key, header => header.Value.Single());

    private RequestRun Run(Requested requested) => new(_route.Sender, _ => new TextRows(), JsonReadOptions.Default)
    {
        Resumes = requested.Resumes,
        PassesThru = requested.PassesThru,
        SkipErrorCheck = requested.SkipsErrors,
        IncludeResponse = requested.Response,
        WantsHead = requested.Resumes,
        Transfer = requested.Transfer,
    };

    private Task<List<RunItem>> RunAsync(string path, string file) => RunAsync(new Requested(), (path, file));

    private Task<List<RunItem>> ResumeAsync(string path, string file) => RunAsync(new Requested { Resumes = true }, (path, file));

    /// <summary>Each time a command of its own.</summary>
    private async Task<List<RunItem>> RunAsync(Requested requested, params (string Path, string File)[] downloads)
    {
        var run = Run(requested);
        var files = new OutFiles();
        using var runner = new Runner(new RunnerLimits(1));
        return await runner.RunAllAsync(downloads.Select(one => new DownloadJob(run, _route.Get(one.Path), new OutTarget(_folder.At(one.File), files)))).Soon();
    }

    private sealed record Requested
    {
        public bool Resumes { get; init; }
        public bool PassesThru { get; init; }
        public bool SkipsErrors { get; init; }
        public bool Response { get; init; }
        public Transfer? Transfer { get; init; }
    }
}
