using System.Collections;
using System.Globalization;
using System.Text;
using BearerTools.Grants;

namespace BearerTools.Tests.Grants;

public sealed class LoginFieldsTests
{
    [Fact]
    public void A_field_that_cannot_be_JSON_is_an_error_that_names_it()
    {
        var loop = new Hashtable();
        loop["loop"] = loop;

        foreach (var (name, value) in new (string, object)[] { ("when", TimeSpan.Zero), ("loop", loop), ("number", double.NaN) })
        {
            var error = Assert.Throws<BearerTokenException>(() => new LoginFields().Set(name, value));
            Assert.Equal("InvalidLoginBody", error.ErrorId);
            Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_form_cannot_hold_a_dictionary() =>
        Assert.Equal("InvalidLoginBody", Assert.Throws<BearerTokenException>(() => new LoginFields().Set("device", new Hashtable()).ToForm()).ErrorId);

    [Fact]
    public void Numbers_are_written_the_same_in_every_country()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            Assert.Equal("a=2.5", Encoding.UTF8.GetString(new LoginFields().Set("a", 2.5).ToForm()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
