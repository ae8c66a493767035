using System.Net;
using System.Text;
using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Http.Bodies;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Http.Bodies;

public sealed class FileBodyTests : IDisposable
{
    private readonly Wire _wire = new();
    private readonly TestFolder _folder = new();

    public void Dispose()
    {
        _wire.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_sent_with_its_length_and_type()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        var path = _folder.Write("a.txt", "Grüße"u8);

        using var response = await _wire.SendAsync(Wire.Post(server.At("/"), new FileBody(path, "text/plain")));

        var seen = Assert.Single(server.Requests);
        Assert.Equal("Grüße", seen.Body);
        Assert.Equal("7", seen.Headers["Content-Length"]);
        Assert.Equal("text/plain", seen.Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_file_is_sent_again_from_its_beginning_when_the_token_was_rejected()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        var path = _folder.Write("large", new byte[300_000]);

        using var response = await _wire.SendAsync(Wire.Post(server.At("/"), new FileBody(path, null)));

        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Equal([300_000, 300_000], server.Requests.Select(seen => seen.Body.Length));
    }

    [Fact]
    public async Task What_is_sent_is_counted_each_time()
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        var transfer = new Transfer();

        using var response = await _wire.SendAsync(Wire.Post(server.At("/"), new FileBody(_folder.Write("a", new byte[1000]), null, transfer)));

        Assert.Equal((2000, 2000), (transfer.Moved, transfer.Expected));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_an_error_before_anything_is_sent()
    {
        await using var server = await OddServer.RespondingAsync("{}");

        var error = await _wire.FailAsync(Wire.Post(server.At("/"), new FileBody(_folder.At("none"), null)));

        Assert.Equal(("FileNotFound", BearerErrorKind.NotFound), (error.ErrorId, error.Kind));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_file_that_changes_its_length_is_not_sent_as_something_else()
    {
        var path = _folder.Write("a", new byte[10]);
        using var content = new FileBody(path, null).ToContent();
        _folder.Write("a", new byte[11]);

        var error = await Assert.ThrowsAsync<BearerRequestException>(() => content.CopyToAsync(Stream.Null));

        Assert.Equal("FileChanged", error.ErrorId);
    }

    [Fact]
    public async Task A_fault_of_the_file_is_not_reported_as_a_fault_of_the_connection()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        var path = _folder.Write("a", new byte[10]);
        var body = new ShrinkingBody(path);

        var error = await _wire.FailAsync(Wire.Post(server.At("/"), body));

        Assert.Equal("FileChanged", error.ErrorId);
    }

    [Theory]
    [InlineData(417, "The server does not support the Expect header: omit it.")]
    [InlineData(413, "The body is larger than the API accepts: ")]
    public async Task A_body_that_the_server_refuses_before_it_arrives_is_not_sent(int status, string nextStep)
    {
        await using var sandbox = await SandboxRoute.OpenAsync();
        var transfer = new Transfer();
        var template = sandbox.Get($"api/sink/refused?status={status}") with
        {
            Method = HttpMethod.Put,
            Headers = [new("Expect", "100-continue")],
            Body = new FileBody(_folder.Write("a", new byte[100_000]), null, transfer),
        };

        using var response = await sandbox.Sender.SendAsync(template, new RequestContext(EventSink.None, default)).Soon();
        var error = await RequestFailure.FromResponseAsync(response, new RequestContext(EventSink.None, default));

        Assert.Equal($"HttpStatus{status}", error.ErrorId);
        Assert.StartsWith(nextStep, error.NextStep, StringComparison.Ordinal);
        Assert.Equal(0, transfer.Moved);
    }

    [Fact]
    public async Task A_form_holds_fields_and_files_under_their_names_whatever_their_script()
    {
        await using var server = await OddServer.RespondingAsync("{}");
        var body = new FormBody([
            FormPart.Text("ключ \"1\"", "Grüße"),
            new FormPart("file", new FileBody(_folder.Write("a", "file"u8), FormPart.FileType), "Übersicht.txt"),
            new FormPart("bytes", new BytesBody("bytes"u8.ToArray(), FormPart.FileType)),
        ]);

        using var response = await _wire.SendAsync(Wire.Post(server.At("/"), body));

        var seen = Assert.Single(server.Requests);
        Assert.StartsWith("multipart/form-data; boundary=", seen.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal($"{Encoding.UTF8.GetByteCount(seen.Body)}", seen.Headers["Content-Length"]);
        Assert.Contains("form-data; name=\"ключ %221%22\"\r\n\r\nGrüße\r\n", seen.Body, StringComparison.Ordinal);
        Assert.Contains("form-data; name=\"file\"; filename=\"Übersicht.txt\"\r\n\r\nfile\r\n", seen.Body, StringComparison.Ordinal);
        Assert.Contains("form-data; name=\"bytes\"\r\n\r\nbytes\r\n", seen.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_is_sent_again_when_all_of_it_can_be(bool canSeek)
    {
        await using var server = await OddServer.StartAsync(Wire.Rejecting(1, "Bearer"));
        using Stream stream = canSeek ? new MemoryStream("text"u8.ToArray()) : new OnceStream("text"u8.ToArray());
        var template = Wire.Post(server.At("/"), new FormBody([new FormPart("s", new StreamBody(stream, null)), FormPart.Text("a", "b")]));

        if (canSeek)
        {
            using var response = await _wire.SendAsync(template);
            Assert.All(server.Requests, seen => Assert.Contains("text", seen.Body, StringComparison.Ordinal));
            Assert.Equal(2, server.Requests.Count);
        }
        else
        {
            Assert.Equal("BodyNotReplayable", (await _wire.FailAsync(template)).ErrorId);
        }
    }

    /// <summary>Its file is shorter by the time it is sent.</summary>
    private sealed class ShrinkingBody(string path) : RequestBody(null)
    {
        public override bool CanReplay => true;

        protected override HttpContent Create()
        {
            var content = new FileBody(path, null).ToContent();
            File.WriteAllBytes(path, new byte[3]);
            return content;
        }
    }

    private sealed class OnceStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
