using System.Text;
using BearerTools.Composition;
using BearerTools.Mocking.Recordings;

namespace BearerTools.Tests.Mocking;

public sealed class RecordingFilesTests : IDisposable
{
    private static readonly Recording s_recording = new(
        new Uri("https://api.contoso.com/"), new Redaction([]), [new RecordedEntry { Method = "GET", Address = "/a", Status = 204 }]);

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("hello")]
    [InlineData("[1]")]
    [InlineData("""{ "log": { "entries": [] } }""")]
    [InlineData("""{ "name": "recordingVersion" }""")]
    public void Never_replaces_a_file_that_is_no_recording(string content)
    {
        var path = NewFile(content);

        Action[] actions =
        [
            () => RecordingFiles.CheckWritable(path), () => RecordingFiles.Write(path, s_recording),
            () => RecordingFiles.Append(path, _ => s_recording),
        ];

        foreach (var action in actions.Take(2)) Assert.Equal("RecordingOverFile", Assert.Throws<BearerRequestException>(action).ErrorId);
        Assert.Throws<BearerRequestException>(actions[2]);
        Assert.Equal(content, File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"recordingVersion\": 1, \"baseUri\": \"https://a.example/\", \"entries\": [] }")]
    [InlineData("{\n  \"recordingVersion\": 99, \"more\": 1 }")]
    [InlineData("{\n  \"recordingVersion\": 1,\n<<<<<<< HEAD\n")]
    [InlineData("{ \"baseUri\": \"https://a.example/\", \"recordingVersion\": 1 }")]
    public void Replaces_a_recording_of_any_version_and_with_mistakes(string content)
    {
        var path = NewFile(content);

        Assert.Equal(path, RecordingFiles.CheckWritable(path));
        Assert.Equal(content, File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder));
        RecordingFiles.Write(path, s_recording);
        Assert.Single(RecordingFiles.Read(path).Entries);
    }

    [Fact]
    public void Refuses_a_file_that_is_read_only()
    {
        var path = NewFile(Encoding.UTF8.GetString(s_recording.ToUtf8()));
        File.SetAttributes(path, FileAttributes.ReadOnly);

        var error = Assert.Throws<BearerRequestException>(() => RecordingFiles.CheckWritable(path));

        File.SetAttributes(path, FileAttributes.Normal);
        Assert.Equal("RecordingFileFailed", error.ErrorId);
        Assert.Contains("It is read-only.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keeps_a_recording_whose_file_cannot_be_written()
    {
        var kept = RecordingFiles.TryKeep(Path.Combine(_folder, "orders.json"), s_recording)!;

        Assert.StartsWith("orders.", Path.GetFileName(kept), StringComparison.Ordinal);
        Assert.Single(RecordingFiles.Read(kept).Entries);
        File.Delete(kept);
    }

    [Fact]
    public void Lets_two_recordings_have_one_file_only_if_both_add_to_it()
    {
        var path = Path.Combine(_folder, "a.json");
        using (new RecordingClaim(path, appends: true))
        {
            new RecordingClaim(path, appends: true).Dispose();
            new RecordingClaim(path + "x", appends: false).Dispose();
            Assert.Equal("RecordingInProgress", Assert.Throws<BearerRequestException>(() => new RecordingClaim(path, appends: false)).ErrorId);
        }

        using var claim = new RecordingClaim(path, appends: false);
        Assert.Throws<BearerRequestException>(() => new RecordingClaim(path, appends: true));
    }

    private string NewFile(string content)
    {
        var path = Path.Combine(_folder, "a.json");
        File.WriteAllText(path, content);
        return path;
    }
}
