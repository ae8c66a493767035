using System.Text;
using BearerTools.Http.Bodies;
using BearerTools.Security;

namespace BearerTools.Tests.Http.Bodies;

public sealed class BodyPreviewTests
{
    [Theory]
    [InlineData("""{"name":"x","n":1}""")]
    [InlineData("a=1&b=2")]
    [InlineData("<order id=\"7\"><n>1</n></order>")]
    [InlineData("plain text")]
    public void Text_is_shown_as_it_is(string text) => Assert.Equal(text, Of(text));

    [Theory]
    [InlineData("""{"user":"ada","password":"hunter2hunter2","n":1}""", """{"user":"ada","password":"***","n":1}""")]
    [InlineData("""{"apiKey": "a\"b", "list":[1]}""", """{"apiKey":"***","list":[1]}""")]
    [InlineData("""{"pin":1234}""", """{"pin":"***"}""")]
    [InlineData("user=ada&client_secret=hunter2&n=1", "user=ada&client_secret=***&n=1")]
    [InlineData("<login user=\"ada\" password=\"hunter2\"/>", "<login user=\"ada\" password=\"***\"/>")]
    [InlineData("<login><Password>hunter2</Password></login>", "<login><Password>***</Password></login>")]
    public void Values_of_names_such_as_password_are_not_shown(string text, string shown) => Assert.Equal(shown, Of(text));

    [Fact]
    public void A_secret_in_use_is_not_shown_whatever_its_name()
    {
        var secret = new Secret(Guid.NewGuid().ToString("N"));
        Assert.Equal("""{"value":"***"}""", Of($$"""{"value":"{{secret.Reveal()}}"}"""));
    }

    [Fact]
    public void The_text_is_shown_up_to_200_characters() => Assert.Equal(new string('x', 200) + "…", Of(new string('x', 5000)));

    [Fact]
    public void Control_characters_are_not_shown() => Assert.Equal("a[31m b", Of("a\u001b[31m\nb"));

    [Fact]
    public void Bytes_are_counted() =>
        Assert.Equal("(4 bytes)", BodyPreview.Of([0xff, 0xfe, 0x00, 0x80], "application/octet-stream"));

    [Fact]
    public void Text_is_decoded_by_its_charset() =>
        Assert.Equal("é", BodyPreview.Of(Encoding.Latin1.GetBytes("é"), "text/plain; charset=iso-8859-1"));

    [Fact]
    public void A_form_shows_its_fields_and_files() => Assert.Equal(
        "(a form: title=x, password=***, f=(a stream))",
        new FormBody(
        [
            FormPart.Text("title", "x"), FormPart.Text("password", "hunter2"),
            new FormPart("f", new StreamBody(Stream.Null, null), "f.bin"),
        ]).Preview);

    private static string Of(string text) => BodyPreview.Of(Encoding.UTF8.GetBytes(text), "application/json; charset=utf-8");
}
