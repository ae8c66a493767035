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
    public void A_body_that_contains_itself_or_is_too_deep_is_an_error_that_says_so()
    {
        var self = new Hashtable();
        self["self"] = self;
        var list = new ArrayList();
        list.Add(list);
        object deep = "end";
        for (var level = 0; level < 100_000; level++) deep = new object[] { deep };

        foreach (var (body, why) in new (Hashtable, string)[] { (self, "contains itself"), (new() { ["a"] = list }, "contains itself"), (new() { ["a"] = deep }, "nested deeper than 16 levels") })
        {
            var error = Assert.Throws<BearerTokenException>(() => new LoginFields(value => value).SetAll(body));
            Assert.Equal("InvalidLoginBody", error.ErrorId);
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_value_may_stand_in_two_places()
    {
        var shared = new Hashtable { ["id"] = 1 };
        var fields = new LoginFields();
        fields.SetAll(new Hashtable { ["a"] = new object[] { shared, shared } });
        Assert.Equal("""{"a":[{"id":1},{"id":1}]}""", Encoding.UTF8.GetString(fields.ToJson()));
    }

    [Fact]
    public void Two_keys_with_the_same_text_are_an_error()
    {
        var error = Assert.Throws<BearerTokenException>(() => new LoginFields().SetAll(new Hashtable { [1] = "a", ["1"] = "b" }));
        Assert.Equal("InvalidLoginBody", error.ErrorId);
    }

    [Fact]
    public void A_form_cannot_hold_a_dictionary() =>
        Assert.Equal("InvalidLoginBody", Assert.Throws<BearerTokenException>(() => new LoginFields().Set("device", new Hashtable()).ToForm(Encoding.UTF8)).ErrorId);

    [Fact]
    public void Numbers_are_written_the_same_in_every_country()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            Assert.Equal("a=2.5", Encoding.UTF8.GetString(new LoginFields().Set("a", 2.5).ToForm(Encoding.UTF8)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
