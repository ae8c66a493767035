using System.Text;
using BearerTools.Grants;
using BearerTools.Security;

namespace BearerTools.Tests.Grants;

public sealed class LoginBodyTests
{
    [Theory]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/vnd.contoso.login+json")]
    public void Fields_are_JSON_under_the_given_name_and_in_its_charset(string contentType)
    {
        var body = LoginBody.Of(new LoginFields().Set("user", "Zoë"), contentType, EncodingOf(contentType));

        Assert.Equal(contentType, body.ContentType.ToString());
        Assert.Equal("Zoë", ServerJson.TryParse(EncodingOf(contentType).GetString(body.Read()))!.Value.GetProperty("user").GetString());
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8")]
    [InlineData("Application/X-WWW-Form-UrlEncoded")]
    public void A_form_keeps_the_name_that_it_was_given(string contentType)
    {
        var body = LoginBody.Of(new LoginFields().Set("user", "Zoë"), contentType);

        Assert.Equal(contentType, body.ContentType.ToString());
        Assert.Equal("user=Zo%C3%AB", Encoding.ASCII.GetString(body.Read()));
    }

    [Fact]
    public void Text_is_encoded_in_the_charset_that_its_content_type_names()
    {
        var body = LoginBody.Whole(SecretReference.To(new Secret("user=Zoë")), "text/plain; charset=iso-8859-1", Encoding.Latin1);

        Assert.Equal("user=Zoë"u8.Length - 1, body.Read().Length);
        Assert.Equal(0xEB, body.Read()[^1]);
    }

    [Fact]
    public void A_form_is_escaped_in_the_charset_that_its_content_type_names()
    {
        const string ContentType = "application/x-www-form-urlencoded; charset=iso-8859-1";
        var body = LoginBody.Of(new LoginFields().Set("user", "Zoë & Ada"), ContentType, Encoding.Latin1);

        Assert.Equal("user=Zo%EB+%26+Ada", Encoding.ASCII.GetString(body.Read()));
    }

    [Theory]
    [InlineData("text/plain; charset=iso-8859-1")]
    [InlineData("application/x-www-form-urlencoded; charset=iso-8859-1")]
    public void A_password_with_a_character_that_the_charset_lacks_is_refused_and_not_changed(string contentType)
    {
        var body = contentType.StartsWith("text", StringComparison.Ordinal)
            ? LoginBody.Whole(SecretReference.To(new Secret("password=p€ssw0rd")), contentType, Encoding.Latin1)
            : LoginBody.Of(new LoginFields().Set("password", new Secret("p€ssw0rd")), contentType, Encoding.Latin1);

        Assert.Equal("LoginNotEncodable", Assert.Throws<BearerTokenException>(body.Read).ErrorId);
    }

    [Fact]
    public void Fields_are_not_sent_under_the_name_of_XML()
    {
        var error = Assert.Throws<BearerTokenException>(() => LoginBody.Of(new LoginFields().Set("user", "Ada"), "application/soap+xml"));

        Assert.Equal("InvalidLoginBody", error.ErrorId);
    }

    private static Encoding EncodingOf(string contentType) =>
        contentType.Split("charset=") is [_, var name] ? Encoding.GetEncoding(name) : Encoding.UTF8;
}
