using System.Net;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Running.Files;
using BearerTools.Tests.Http;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Running.Files;

/// <summary>Servers that send a part although all was requested, or refuse each range.</summary>
public sealed class PartialDownloadTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bytes 0-4/900", null, false, "PartialResponse")]
    [InlineData("bytes 0-4/*", null, false, "PartialResponse")]
    [InlineData("bytes 3-7/8", null, false, "PartialResponse")]
    [InlineData("bytes 0-4/5", null, false, null)]
    [InlineData("bytes 0-4/900", "bytes=0-4", false, null)]
    [InlineData("bytes 0-4/900", null, true, null)]
    [InlineData("items 0-4/900", null, false, null)]
    [InlineData("0-4/900", null, false, null)]
    [InlineData(null, null, false, null)]
    public async Task A_part_that_was_not_requested_is_an_error(string? range, string? requested, bool skipsErrors, string? errorId)
    {
        await using var server = await PartsAsync(range);

        foreach (var toFile in new[] { false, true })
        {
            var items = await RunAsync(server.At("/"), new Asked(toFile, SkipsErrors: skipsErrors, Range: requested));

            Assert.Equal(errorId, (Error(items) as BearerRequestException)?.ErrorId);
            Assert.Equal(toFile && errorId is null, File.Exists(_folder.At("a.bin")));
        }
    }

    [Fact]
    public async Task The_error_of_a_part_says_which_it_is_and_what_to_do()
    {
        await using var server = await PartsAsync("bytes 0-4/900");

        var error = Assert.IsType<BearerRequestException>(Error(await RunAsync(server.At("/"), new Asked(ToFile: false))));

        Assert.Contains("the server sent only a part (bytes 0-4/900)", error.Message, StringComparison.Ordinal);
        Assert.Contains("-SkipHttpErrorCheck", error.NextStep, StringComparison.Ordinal);
        Assert.Equal((BearerErrorKind.InvalidData, HttpStatusCode.PartialContent), (error.Kind, error.StatusCode));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_part_from_a_wrong_place_is_an_error_also_with_Resume(bool skipsErrors)
    {
        await using var server = await PartsAsync("bytes 3-7/900");
        Part();

        var items = await RunAsync(server.At("/"), new Asked(ToFile: true, Resumes: true, SkipsErrors: skipsErrors));

        Assert.Equal("PartialResponse", (Error(items) as BearerRequestException)?.ErrorId);
        Assert.Equal(["a.bin.bearertools-part", "a.bin.bearertools-part.json"], _folder.Names);
    }

    [Fact]
    public async Task A_server_that_refuses_each_request_for_its_range_is_not_requested_with_Resume_again()
    {
        var requests = 0;
        await using var server = await OddServer.StartAsync(http =>
        {
            requests++;
            http.Response.StatusCode = 416;
            http.Response.Headers.ContentRange = "bytes */500";
            return Task.CompletedTask;
        });
        Part();

        var error = Assert.IsType<BearerRequestException>(Error(await RunAsync(server.At("/"), new Asked(ToFile: true, Resumes: true))));

        Assert.Equal(("HttpStatus416", 2), (error.ErrorId, requests));
        Assert.DoesNotContain("-Resume", error.NextStep ?? "", StringComparison.Ordinal);
    }

    private static Task<OddServer> PartsAsync(string? range) => OddServer.StartAsync(http =>
    {
        if (range is not null) http.Response.Headers.ContentRange = range;
        return OddServer.TextAsync(http, "[1,2]", "application/json", 206);
    });

    private void Part()
    {
        _folder.Write("a.bin.bearertools-part", new byte[1000]);
        new DownloadNotes("\"v1\"", null, 2000).Write(_folder.At("a.bin.bearertools-part.json"));
    }

    private static Exception? Error(List<RunItem> items) => items.Select(item => (item.Value as JobFailure)?.Error).SingleOrDefault(error => error is not null);

    private async Task<List<RunItem>> RunAsync(Uri address, Asked asked)
    {
        using var wire = new Wire();
        var run = new RequestRun(wire.Sender, _ => new TextRows(), JsonReadOptions.Default) { Resumes = asked.Resumes, SkipErrorCheck = asked.SkipsErrors };
        var request = Wire.Get(address) with { Headers = asked.Range is null ? [] : [new("Range", asked.Range)] };
        using var runner = new Runner(new RunnerLimits(1));
        return await runner.RunAllAsync([asked.ToFile ? new DownloadJob(run, request, new OutTarget(_folder.At("a.bin"), new OutFiles())) : new RequestJob(run, request)]).Soon();
    }

    private sealed record Asked(bool ToFile, bool Resumes = false, bool SkipsErrors = false, string? Range = null);
}
