using BearerTools.Running;
using BearerTools.Running.Files;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running.Files;

public sealed class DownloadFolderTests : DownloadBench
{
    [Fact]
    public async Task A_folder_takes_responses_under_the_names_that_the_server_says_or_their_addresses_have()
    {
        Assert.Empty(await RunAsync(new Requested(), ("api/files/one.bin?size=1&name=other.bin", ""), ("api/files/two%20x.bin?size=2", ""), ("api/files/?size=3&name=said.bin", ""), ("api/files/a+b.txt?size=4", "")));

        Assert.Equal(["a+b.txt", "other.bin", "said.bin", "two x.bin"], Folder.Names);
    }

    [Theory]
    [InlineData("..%2F..%2Fescaped?size=1", "escaped")]
    [InlineData("?size=1&name=../../said", "said")]
    [InlineData(".bashrc?size=1", "bashrc")]
    [InlineData("a%1B%5B2Jb%0A.txt?size=1", "a[2Jb .txt")]
    public async Task No_name_leads_out_of_the_folder_or_is_reserved_in_it(string path, string name)
    {
        Assert.Empty(await RunAsync("api/files/" + path, ""));

        Assert.Equal([name], Folder.Names);
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

        Assert.Equal(["report.csv"], Folder.Names);
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

        Assert.Equal(["€ rates.txt"], Folder.Names);
    }

    [Theory]
    [InlineData("attachment; filename*=utf-7''x; filename=plain.txt", "plain.txt")]
    [InlineData("attachment; filename=\"=?utf-7?B?K0FHRS0=?=\"", "=_utf-7_B_K0FHRS0=_=")]
    [InlineData("attachment; filename*", "download")]
    [InlineData("attachment; filename*=UTF-8''%ff%fe.txt; filename=ok.txt", "ok.txt")]
    [InlineData("attachment; filename=\"=?utf-8?Q?caf=C3=A9_1.txt?=\"", "café 1.txt")]
    [InlineData("attachment; filename=\"=?utf-8?B?w6kudHh0?=\"", "é.txt")]
    [InlineData("attachment; filename*=iso-8859-1'en'%A3+1.txt", "£+1.txt")]
    [InlineData("attachment; title=\"; filename=evil\"; filename=\"a \\\"b\\\".txt\"", "a _b_.txt")]
    [InlineData("filename=a b.txt ; size=1", "a b.txt")]
    public async Task A_name_in_an_unusual_header_is_read_or_left_out(string header, string name)
    {
        await using var api = await OddServer.StartAsync(http =>
        {
            http.Response.Headers.ContentDisposition = header;
            return OddServer.TextAsync(http, "x", "text/plain");
        });

        Assert.Empty(await SaveAsync(api.At("/download")));

        Assert.Equal([name], Folder.Names);
    }

    [Fact]
    public async Task A_file_in_a_folder_is_not_replaced()
    {
        Folder.Write("one.bin", Bytes(3));

        var error = Failure(Assert.Single(await RunAsync("api/files/one.bin?size=10", "")));

        Assert.Equal(("OutFileExists", BearerErrorKind.File), (error.ErrorId, error.Kind));
        Assert.Equal(Bytes(3), File.ReadAllBytes(Folder.At("one.bin")));
        Assert.Equal(["one.bin"], Folder.Names);
    }

    [UnixFact]
    public async Task A_link_in_a_folder_is_not_followed_even_where_it_leads_nowhere()
    {
        File.CreateSymbolicLink(Folder.At("one.bin"), Folder.At("new"));

        Assert.Equal("OutFileExists", Failure(Assert.Single(await RunAsync("api/files/one.bin?size=10", ""))).ErrorId);
        Assert.False(File.Exists(Folder.At("new")));
    }

    [UnixFact]
    public async Task A_FIFO_is_written_to_and_stays_one()
    {
        var fifo = Fifo();
        var reading = Task.Run(() => File.ReadAllBytes(fifo));

        Assert.Empty(await RunAsync("api/files/a?size=200000", "fifo"));

        Assert.Equal(Bytes(200_000), await reading.Soon());
        Assert.True(SpecialFile.Is(fifo));
        Assert.Equal(["fifo"], Folder.Names);
    }

    [UnixFact]
    public async Task A_FIFO_without_a_reader_does_not_delay_a_cancellation()
    {
        Fifo();
        using var runner = new Runner(new RunnerLimits(1));
        runner.TryAdd(new DownloadJob(Run(new Requested()), Route.Get("api/files/a?size=10"), new OutTarget(Folder.At("fifo"), Files)));
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
        var named = Failure(Assert.Single(await RunAsync(new Requested(), ("api/files/a?size=1", ""), ("api/files/a?size=2", ""))));
        Assert.Equal("OutFileTaken", named.ErrorId);
        Assert.StartsWith("Give each input its own file", named.NextStep, StringComparison.Ordinal);

        Files.Claim(Folder.At("b"));
        var typed = Assert.Throws<BearerRequestException>(() => new OutTarget(Folder.At("b"), Files));
        Assert.Equal("OutFileTaken", typed.ErrorId);
        Assert.EndsWith("b', which is a file, not a folder.", typed.Message, StringComparison.Ordinal);
        Assert.StartsWith("If a folder is meant, remove the file and create the folder first.", typed.NextStep, StringComparison.Ordinal);
        Assert.Equal("OutFileTaken", Assert.Throws<BearerRequestException>(() => new OutTarget(Folder.At("b.bearertools-part"), Files)).ErrorId);
    }
}
