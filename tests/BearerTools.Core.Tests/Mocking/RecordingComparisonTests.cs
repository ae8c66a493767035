using System.Text;
using BearerTools.Mocking.Recordings;

namespace BearerTools.Tests.Mocking;

public sealed class RecordingComparisonTests
{
    private static readonly RecordedEntry s_users = Entry("/users", """{"items":[{"id":1,"name":"ada"}]}""");

    [Fact]
    public void Finds_no_difference_in_the_same_responses() => Assert.Empty(Differences([s_users, Entry("/b", "text")], [s_users, Entry("/b", "text")]));

    [Theory]
    [InlineData("""{"items":[{"id":1,"name":"bob"}]}""", "entries[0] (GET /users): responseJson.items[0].name is \"bob\", not \"ada\".")]
    [InlineData("""{"items":[{"id":1}]}""", "entries[0] (GET /users): responseJson.items[0].name is missing.")]
    [InlineData("""{"items":[{"id":"1","name":"ada"}]}""", "entries[0] (GET /users): responseJson.items[0].id is \"1\", not 1.")]
    [InlineData("text", "entries[0] (GET /users): the body is another.")]
    [InlineData("", "entries[0] (GET /users): there is no body, and one was recorded.")]
    public void Names_the_field_that_differs(string now, string difference) => Assert.Equal([difference], Differences([s_users], [Entry("/users", now)]));

    [Fact]
    public void Names_status_media_type_and_line()
    {
        Assert.Equal(
            ["entries[0] (GET /a): status is 404, not 200.", "entries[0] (GET /a): headers.Content-Type is 'text/csv', not ''.", "entries[0] (GET /a): responseText is another from line 2 on."],
            Differences([Entry("/a", "1\n2")], [Entry("/a", "1\n3") with { Status = 404, Headers = [new("Content-Type", "text/csv; charset=x")] }]));
    }

    [Fact]
    public void Names_requests_that_are_missing_or_new() => Assert.Equal(
        ["entries[0] (GET /users) was not sent.", "GET /b is not in the recording."], Differences([s_users], [Entry("/b", "x")]));

    [Fact]
    public void Ignores_responses_that_led_to_a_retry_or_a_new_token()
    {
        RecordedEntry Failed(int status) => s_users with { Status = status, Body = null };

        Assert.Empty(Differences([Failed(429), Failed(429), s_users], [Failed(401), s_users]));
        Assert.Contains("entries[0] (GET /users): status is 503, not 200.", Differences([s_users], [Failed(503)]));
    }

    [Fact]
    public void Compares_requests_to_one_address_in_their_order() => Assert.Equal(
        ["entries[0] (GET /a): responseText is another from line 1 on.", "entries[1] (GET /a): responseText is another from line 1 on."],
        Differences([Entry("/a", "1"), Entry("/a", "2")], [Entry("/a", "2"), Entry("/a", "1")]));

    private static IEnumerable<string> Differences(RecordedEntry[] recorded, RecordedEntry[] now) =>
        RecordingComparison.Differences(Recording(recorded), Recording(now));

    private static Recording Recording(RecordedEntry[] entries) => new(new Uri("https://api.contoso.com/"), new Redaction([]), entries);

    private static RecordedEntry Entry(string address, string body) => new()
    {
        Method = "GET",
        Address = address,
        Status = 200,
        Body = RecordedBody.Of(Encoding.UTF8.GetBytes(body), new Redaction([])),
    };
}
