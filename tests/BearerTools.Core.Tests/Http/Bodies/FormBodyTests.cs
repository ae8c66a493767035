using BearerTools.Http.Bodies;

namespace BearerTools.Tests.Http.Bodies;

public sealed class FormBodyTests
{
    private readonly FormBody _form = new([FormPart.Text("name", "value")]);

    [Fact]
    public async Task A_form_tells_whether_its_sending_has_begun_so_that_one_that_was_not_sent_can_be_repeated()
    {
        using var content = _form.ToContent();
        var tracked = Assert.IsAssignableFrom<ITrackedContent>(content);
        Assert.False(tracked.HasBegun);

        await content.CopyToAsync(Stream.Null);

        Assert.True(tracked.HasBegun);
    }

    [Fact]
    public async Task A_form_whose_connection_was_given_up_is_not_written()
    {
        using var content = _form.ToContent();

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => content.CopyToAsync(Stream.Null, new CancellationToken(canceled: true)));

        Assert.IsType<UnsentContentException>(error.GetBaseException());
        Assert.False(((ITrackedContent)content).HasBegun);
    }
}
