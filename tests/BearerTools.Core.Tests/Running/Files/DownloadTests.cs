using BearerTools.Http.Bodies;
using BearerTools.Running;
using BearerTools.Running.Files;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running.Files;

public sealed class DownloadTests : DownloadBench
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    public async Task A_response_is_saved_completely_and_no_other_file_is_left_beside_it(int size)
    {
        Assert.Empty(await RunAsync($"api/files/a?size={size}", "a.bin"));

        Assert.Equal(Bytes(size), File.ReadAllBytes(Folder.At("a.bin")));
        Assert.Equal(["a.bin"], Folder.Names);
    }

    [Fact]
    public async Task A_response_replaces_an_older_file()
    {
        Folder.Write("a.bin", new byte[500]);

        await RunAsync("api/files/a?size=10", "a.bin");

        Assert.Equal(Bytes(10), File.ReadAllBytes(Folder.At("a.bin")));
    }

    [Theory]
    [InlineData("a.bin.part", "a.bin.part.json")]
    [InlineData("a.bin.bearertools-part", "a.bin.part.json")]
    [InlineData("a.bin.part", "a.bin.bearertools-part.json")]
    [InlineData("a.bin.bearertools-part", "a.bin.bearertools-part.json")]
    public async Task Foreign_files_beside_its_place_are_not_changed(params string[] others)
    {
        foreach (var other in others) Folder.Write(other, "{\"ETag\":\"\\\"v1\\\"\",\"Length\":5000}"u8);

        await RunAsync("api/files/a?size=10", "a.bin");
        await RunAsync("api/files/a?size=5000&at=2000&fault=truncate", "a.bin");
        var head = Head(await ResumeAsync("api/files/a?size=5000", "a.bin"));

        Assert.Equal("bytes=2000-", head["X-Range"]);
        Assert.Equal(Bytes(5000), File.ReadAllBytes(Folder.At("a.bin")));
        Assert.Equal([.. others.Append("a.bin").Order(StringComparer.Ordinal)], Folder.Names);
        Assert.All(others, other => Assert.StartsWith("{\"ETag\"", File.ReadAllText(Folder.At(other)), StringComparison.Ordinal));
    }

    [UnixFact]
    public async Task Links_beside_its_place_are_not_followed()
    {
        Folder.Write("precious", Bytes(700));
        File.CreateSymbolicLink(Folder.At("a.bin.bearertools-part"), Folder.At("precious"));
        File.CreateSymbolicLink(Folder.At("a.bin.bearertools-part.json"), Folder.At("new"));

        await RunAsync("api/files/a?size=3000000", "a.bin");

        Assert.Equal(Bytes(3_000_000), File.ReadAllBytes(Folder.At("a.bin")));
        Assert.Equal(Bytes(700), File.ReadAllBytes(Folder.At("precious")));
        Assert.False(File.Exists(Folder.At("new")));
        Assert.NotNull(new FileInfo(Folder.At("a.bin.bearertools-part")).LinkTarget);
    }

    [Fact]
    public async Task An_older_part_of_this_modules_own_is_fetched_from_its_beginning()
    {
        await RunAsync("api/files/a?size=5000&at=2000&fault=truncate", "a.bin");

        await RunAsync("api/files/a?size=10", "a.bin");

        Assert.Equal(Bytes(10), File.ReadAllBytes(Folder.At("a.bin")));
        Assert.Equal(["a.bin"], Folder.Names);
    }

    [UnixFact]
    public async Task A_saved_response_has_the_permissions_of_the_file_that_it_replaces()
    {
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(Folder.Write("a.bin", []), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await RunAsync("api/files/a?size=10", "a.bin");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Folder.At("a.bin")));
    }

    [UnixFact]
    public async Task What_a_link_leads_to_is_written()
    {
        File.CreateSymbolicLink(Folder.At("link"), Folder.Write("real", []));

        await RunAsync("api/files/a?size=10", "link");

        Assert.Equal(10, new FileInfo(Folder.At("real")).Length);
        Assert.NotNull(new FileInfo(Folder.At("link")).LinkTarget);
    }

    [Theory]
    [InlineData("truncate")]
    [InlineData("truncate&etag=W/\"weak\"")]
    public async Task A_part_is_kept_beside_its_place_and_the_rest_is_fetched(string fault)
    {
        var error = Failure(Assert.Single(await RunAsync($"api/files/a?size=5000&at=2000&fault={fault}", "a.bin")));

        Assert.Equal("ConnectionFailed", error.ErrorId);
        Assert.Contains("-Resume", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(["a.bin.bearertools-part", "a.bin.bearertools-part.json"], Folder.Names);
        Assert.Equal(Bytes(2000), File.ReadAllBytes(Folder.At("a.bin.bearertools-part")));

        var head = Head(await ResumeAsync($"api/files/a?size=5000&{fault["truncate".Length..].TrimStart('&')}", "a.bin"));

        Assert.Equal("bytes=2000-", head["X-Range"]);
        Assert.Equal(Bytes(5000), File.ReadAllBytes(Folder.At("a.bin")));
        Assert.Equal(["a.bin"], Folder.Names);
    }

    [Fact]
    public async Task A_part_of_an_older_version_is_fetched_anew()
    {
        await RunAsync("api/files/a?size=5000&at=2000&fault=truncate", "a.bin");

        var head = Head(await ResumeAsync("api/files/a?size=4000&etag=\"v2\"", "a.bin"));

        Assert.Equal(("bytes=2000-", "\"v1\""), (head["X-Range"], head["X-If-Range"]));
        Assert.Equal(Bytes(4000), File.ReadAllBytes(Folder.At("a.bin")));
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_sends_all_of_it_again()
    {
        await RunAsync("api/files/a?size=5000&at=2000&fault=truncate", "a.bin");

        await ResumeAsync("api/files/a?size=5000&fault=ignore-range", "a.bin");

        Assert.Equal(Bytes(5000), File.ReadAllBytes(Folder.At("a.bin")));
    }

    [Fact]
    public async Task A_part_that_breaks_off_again_grows()
    {
        await RunAsync("api/files/a?size=5000&at=2000&fault=truncate", "a.bin");
        Assert.Contains("3000 bytes", Failure((await ResumeAsync("api/files/a?size=5000&at=3000&fault=truncate", "a.bin"))[^1]).NextStep, StringComparison.Ordinal);

        await ResumeAsync("api/files/a?size=5000", "a.bin");

        Assert.Equal(Bytes(5000), File.ReadAllBytes(Folder.At("a.bin")));
    }

    [Fact]
    public async Task A_complete_file_is_not_changed()
    {
        Folder.Write("a.bin", Bytes(5000));

        var items = await ResumeAsync("api/files/a?size=5000", "a.bin");

        Assert.Equal("bytes=5000-", Head(items)["X-Range"]);
        Assert.DoesNotContain(items, item => item.Kind == RunItemKind.Failure);
        Assert.Equal(["a.bin"], Folder.Names);
    }

    [Fact]
    public async Task A_file_that_is_longer_than_what_there_is_is_fetched_anew()
    {
        Folder.Write("a.bin", new byte[6000]);

        await ResumeAsync("api/files/a?size=5000", "a.bin");

        Assert.Equal(Bytes(5000), File.ReadAllBytes(Folder.At("a.bin")));
    }

    [Fact]
    public async Task A_part_that_another_program_left_in_its_place_is_resumed()
    {
        Folder.Write("a.bin", Bytes(1234));

        var head = Head(await ResumeAsync("api/files/a?size=5000&fault=no-etag", "a.bin"));

        Assert.Equal(("bytes=1234-", ""), (head["X-Range"], head["X-If-Range"]));
        Assert.Equal(Bytes(5000), File.ReadAllBytes(Folder.At("a.bin")));
    }

    [Fact]
    public async Task A_complete_file_is_not_joined_with_the_rest_of_a_longer_version()
    {
        await RunAsync("api/files/a?size=1000", "a.bin");
        // What tells the versions apart: the sandbox has the same bytes at the beginning of each.
        Folder.Write("a.bin", new byte[1000]);

        var items = await ResumeAsync("api/files/a?size=5000&etag=\"v2\"", "a.bin");

        Assert.DoesNotContain(items, item => item.Kind == RunItemKind.Failure);
        Assert.Equal(Bytes(5000), File.ReadAllBytes(Folder.At("a.bin")));
        Assert.Equal(["a.bin"], Folder.Names);
    }

    [Fact]
    public async Task A_part_of_an_unknown_version_is_fetched_anew()
    {
        Folder.Write("a.bin.bearertools-part", new byte[1234]);

        var head = Head(await ResumeAsync("api/files/a?size=5000", "a.bin"));

        Assert.Equal("", head["X-Range"]);
        Assert.Equal(Bytes(5000), File.ReadAllBytes(Folder.At("a.bin")));
    }

    [Fact]
    public async Task An_error_response_to_the_resuming_request_does_not_replace_the_partial_file()
    {
        await RunAsync("api/files/a?size=5000&at=2000&fault=truncate", "a.bin");

        var items = await RunAsync(new Requested { Resumes = true, SkipsErrors = true }, ("api/status/500", "a.bin"));

        Assert.Equal("HttpStatus500", Failure(items[^1]).ErrorId);
        Assert.Equal(2000, new FileInfo(Folder.At("a.bin.bearertools-part")).Length);
    }

    [Fact]
    public async Task The_page_of_an_error_is_not_saved_where_the_next_attempt_would_take_it_for_a_part()
    {
        var items = await RunAsync(new Requested { Resumes = true, SkipsErrors = true }, ("api/status/404", "a.bin"));

        Assert.Equal("HttpStatus404", Failure(items[^1]).ErrorId);
        Assert.Empty(Folder.Names);
    }

    [Theory]
    [InlineData(false, 503, false, false)]
    [InlineData(false, 404, false, false)]
    [InlineData(true, 503, true, true)]
    [InlineData(true, 403, true, true)]
    [InlineData(true, 404, true, false)]
    public async Task An_error_says_where_the_part_is_and_to_resume_it_if_there_is_one_and_the_file_may_be_there_later(bool isPart, int status, bool names, bool advises)
    {
        await RunAsync($"api/files/a?size=5000{(isPart ? "&at=2000&fault=truncate" : "")}", "a.bin");

        var error = Failure((await ResumeAsync($"api/status/{status}", "a.bin"))[^1]);

        Assert.Equal($"HttpStatus{status}", error.ErrorId);
        Assert.Equal(names, error.NextStep?.Contains("2000 bytes are saved in", StringComparison.Ordinal) == true);
        Assert.Equal(advises, error.NextStep?.Contains("-Resume", StringComparison.Ordinal) == true);
        Assert.Equal(isPart ? ["a.bin.bearertools-part", "a.bin.bearertools-part.json"] : ["a.bin"], Folder.Names);
    }

    [Fact]
    public async Task A_large_part_is_noted_before_it_is_fetched_and_survives_a_cancellation()
    {
        using var runner = new Runner(new RunnerLimits(1));
        runner.TryAdd(new DownloadJob(Run(new Requested()), Route.Get("api/files/a?size=9000000&at=2000000&fault=stall"), new OutTarget(Folder.At("a.bin"), Files)));
        for (var i = 0; i < 1000 && !(File.Exists(Folder.At("a.bin.bearertools-part")) && new FileInfo(Folder.At("a.bin.bearertools-part")).Length == 2_000_000); i++) await Task.Delay(10);
        Assert.Equal(["a.bin.bearertools-part", "a.bin.bearertools-part.json"], Folder.Names);

        runner.Cancel();

        Assert.True(runner.WaitForWorkers(TimeSpan.FromSeconds(10)));
        await ResumeAsync("api/files/a?size=9000000", "a.bin");
        Assert.Equal(Bytes(9_000_000), File.ReadAllBytes(Folder.At("a.bin")));
    }

    [Fact]
    public async Task No_file_is_left_of_a_response_without_a_received_byte()
    {
        await RunAsync("api/files/a?size=5000&at=0&fault=truncate", "a.bin");

        Assert.Empty(Folder.Names);
    }

    [Theory]
    [InlineData("none/a.bin")]
    [InlineData("none/")]
    public void A_folder_that_is_not_there_is_an_error_before_anything_is_sent(string path) =>
        Assert.Equal("OutFolderMissing", Assert.Throws<BearerRequestException>(() => new OutTarget(Folder.At(path), Files)).ErrorId);

    [Fact]
    public async Task What_is_saved_is_read_too_where_that_is_wanted()
    {
        var rows = (await RunAsync(new Requested { PassesThru = true }, ("api/users", "u.json"))).Rows();

        Assert.Equal(3, rows.Count());
        Assert.StartsWith("[{", File.ReadAllText(Folder.At("u.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_object_names_its_file()
    {
        var response = (BearerResponse)Assert.Single((await RunAsync(new Requested { Response = true }, ("api/users", "u.json"))).Rows())!;

        Assert.Equal(Folder.At("u.json"), Assert.IsType<FileInfo>(response.Body).FullName);
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
}
