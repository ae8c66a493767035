using System.Net;
using System.Net.Http.Headers;
using BearerTools.Http;
using BearerTools.Running.Files;

namespace BearerTools.Tests.Running.Files;

public sealed class ResumptionTests
{
    private static readonly DownloadNotes s_notes = new("\"v1\"", null, 100);

    [Theory]
    [InlineData(206, "bytes 40-99/100", "\"v1\"", nameof(ResumeOutcome.Continues))]
    [InlineData(206, "bytes 40-99/100", null, nameof(ResumeOutcome.Continues))]
    [InlineData(206, "bytes 40-99/100", "\"v2\"", nameof(ResumeOutcome.MustRequestAgain))]
    [InlineData(206, "bytes 41-99/100", "\"v1\"", nameof(ResumeOutcome.MustRequestAgain))]
    [InlineData(206, "bytes 40-98/100", "\"v1\"", nameof(ResumeOutcome.MustRequestAgain))]
    [InlineData(206, "bytes 40-119/120", "\"v1\"", nameof(ResumeOutcome.MustRequestAgain))]
    [InlineData(206, null, "\"v1\"", nameof(ResumeOutcome.MustRequestAgain))]
    [InlineData(200, null, "\"v1\"", nameof(ResumeOutcome.Restarts))]
    [InlineData(416, "bytes */40", "\"v1\"", nameof(ResumeOutcome.IsComplete))]
    [InlineData(416, "bytes */40", "\"v2\"", nameof(ResumeOutcome.MustRequestAgain))]
    [InlineData(416, "bytes */30", "\"v1\"", nameof(ResumeOutcome.MustRequestAgain))]
    [InlineData(416, null, null, nameof(ResumeOutcome.MustRequestAgain))]
    [InlineData(404, null, null, nameof(ResumeOutcome.Restarts))]
    public void A_response_is_the_rest_only_if_it_is_of_the_same_version_from_the_right_offset_to_the_end(int status, string? range, string? tag, string verdict)
    {
        using var response = ApiResponse(status, range, tag);

        Assert.Equal(verdict, Resumption.Classify(response, 40, s_notes).ToString());
    }

    [Theory]
    [InlineData(206, null, false, nameof(ResumeOutcome.Continues))]
    [InlineData(206, "\"v9\"", false, nameof(ResumeOutcome.MustRequestAgain))]
    [InlineData(206, "W/\"v9\"", false, nameof(ResumeOutcome.MustRequestAgain))]
    [InlineData(206, null, true, nameof(ResumeOutcome.MustRequestAgain))]
    [InlineData(416, "\"v9\"", true, nameof(ResumeOutcome.IsComplete))]
    public void A_file_without_a_note_is_continued_only_if_the_server_does_not_identify_versions(int status, string? tag, bool hasDate, string verdict)
    {
        using var response = ApiResponse(status, status == 206 ? "bytes 40-79/80" : "bytes */40", tag);
        // Older than any file: a new version may have been put there with its old date.
        if (hasDate) response.Content.Headers.LastModified = new DateTimeOffset(2024, 3, 1, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal(verdict, Resumption.Classify(response, 40, null).ToString());
    }

    [Theory]
    [InlineData(null, null, 0, nameof(ResumeOutcome.Continues))]
    [InlineData(null, null, 1, nameof(ResumeOutcome.MustRequestAgain))]
    [InlineData("\"v1\"", "\"v1\"", 1, nameof(ResumeOutcome.Continues))]
    [InlineData(null, "\"v1\"", 1, nameof(ResumeOutcome.MustRequestAgain))]
    public void The_rest_has_the_date_of_the_part_even_if_the_server_ignores_If_Range(string? noted, string? tag, int secondsLater, string verdict)
    {
        var date = new DateTimeOffset(2024, 3, 1, 12, 0, 0, TimeSpan.Zero);
        using var response = ApiResponse(206, "bytes 40-99/100", tag);
        response.Content.Headers.LastModified = date + TimeSpan.FromSeconds(secondsLater);

        Assert.Equal(verdict, Resumption.Classify(response, 40, new DownloadNotes(noted, date.ToString("R"), 100)).ToString());
    }

    [Theory]
    [InlineData("\"v1\"", "then", "\"v1\"")]
    [InlineData("W/\"v1\"", "then", "then")]
    [InlineData("W/\"v1\"", null, null)]
    [InlineData(null, null, null)]
    public void What_is_asked_for_is_bound_to_a_version_by_what_tells_bytes_apart(string? tag, string? changed, string? validator) =>
        Assert.Equal(validator, Resumption.From(40, new DownloadNotes(tag, changed, 100)).Validator);

    [Theory]
    [InlineData("\"v1\"", "\"v1\"")]
    [InlineData("\"a\\b'!#$%\"", "\"a\\b'!#$%\"")]
    [InlineData("\"\"", "\"\"")]
    [InlineData("v1", null)]
    [InlineData("\"v1", null)]
    [InlineData("\"v 1\"", null)]
    [InlineData("\"v1\"\r\nX-Injected: 1", null)]
    [InlineData("\"v1\r\nX-Injected: 1\"", null)]
    [InlineData("\"v\u00e91\"", null)]
    [InlineData("Fri, 01 Mar 2024 12:00:00 GMT", "Fri, 01 Mar 2024 12:00:00 GMT")]
    [InlineData("Fri, 01 Mar 2024 12:00:00 GMT\r\nX-Injected: 1", null)]
    [InlineData("", null)]
    public void Only_an_entity_tag_or_a_date_goes_into_the_request(string validator, string? sent)
    {
        using var message = new HttpRequestMessage();

        new ResumePoint(40, validator).ApplyTo(message.Headers);

        Assert.Equal(sent, message.Headers.NonValidated.TryGetValues("If-Range", out var values) ? values.ToString() : null);
        Assert.False(message.Headers.Contains("X-Injected"));
        Assert.Equal("bytes=40-", message.Headers.Range!.ToString());
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void A_date_tells_versions_apart_when_its_second_is_over(int secondsLater, bool isTaken)
    {
        using var response = ApiResponse(200, null, null);
        response.Content.Headers.LastModified = new DateTimeOffset(2024, 3, 1, 12, 0, 0, TimeSpan.Zero);
        response.Headers.Date = response.Content.Headers.LastModified + TimeSpan.FromSeconds(secondsLater);

        Assert.Equal(isTaken ? "Fri, 01 Mar 2024 12:00:00 GMT" : null, DownloadNotes.Of(response).Validator);
    }

    private static HttpResponseMessage ApiResponse(int status, string? range, string? tag)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent([]) };
        if (range is not null) response.Content.Headers.ContentRange = ContentRangeHeaderValue.Parse(range);
        if (tag is not null) response.Headers.ETag = EntityTagHeaderValue.Parse(tag);
        return response;
    }
}
