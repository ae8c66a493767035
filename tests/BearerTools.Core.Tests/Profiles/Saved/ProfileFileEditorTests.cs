using System.Text;
using BearerTools.Profiles.Saved;

namespace BearerTools.Tests.Profiles.Saved;

public sealed class ProfileFileEditorTests
{
    private const string Definition = "{\n  \"ClientId\": \"new\"\n}";

    private const string Edited = """
        // The team's profiles.
        {
          "$schema": "profiles.schema.json",
          "profiles": {
            // the live system
            "live": { "ClientId": "a" }, // do not change
            "test": {
              "ClientId": "b" // for now
            }, /* , last */
          }
        }
        """;

    [Fact]
    public void A_profile_is_replaced_and_all_else_stays()
    {
        var result = Change(Edited, file => ProfileFileEditor.Set(file, "LIVE", Definition));

        Assert.Equal(
            Edited.Replace("{ \"ClientId\": \"a\" }", "{\n      \"ClientId\": \"new\"\n    }", StringComparison.Ordinal), result);
    }

    [Fact]
    public void A_profile_is_added_at_the_end_and_all_else_stays()
    {
        var result = Change(Edited, file => ProfileFileEditor.Set(file, "dev", Definition));

        Assert.Equal(
            Edited.Replace("last */\n", "last */\n    \"dev\": {\n      \"ClientId\": \"new\"\n    }\n", StringComparison.Ordinal), result);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{ }")]
    [InlineData("{\n}")]
    [InlineData("{\"profiles\":{}}")]
    [InlineData("{ \"$schema\": \"x\" // no profiles yet\n}")]
    [InlineData("{ \"$schema\": \"x\", \"profiles\": { /* none, yet */ } }")]
    [InlineData("{\"profiles\":{\"a\":{}}}")]
    [InlineData("{\"profiles\":{\"a\":{} // one, two\n}}")]
    [InlineData("{\"profiles\":{\"a\":{},}}")]
    [InlineData("{\r\n  \"profiles\": {\r\n    \"a\": {}\r\n  }\r\n}\r\n")]
    [InlineData("\uFEFF{\"profiles\":{\"a\":{}}}")]
    public void A_profile_can_be_added_to_each_form_of_file_and_removed_again(string text)
    {
        var added = Change(text, file => ProfileFileEditor.Set(file, "dev", Definition));
        var removed = Change(added, file => ProfileFileEditor.Remove(file, file.Find("dev")!));

        Assert.Contains("dev", Parse(added).Names);
        Assert.Equal(Parse(text).Names, Parse(removed).Names);
        Assert.Equal(text.StartsWith('\uFEFF'), added.StartsWith('\uFEFF'));
        Assert.Equal(text.Contains("\r\n", StringComparison.Ordinal), added.Contains("\r\n", StringComparison.Ordinal));
        foreach (var comment in new[] { "/* none, yet */", "// one, two", "// no profiles yet" })
            Assert.Equal(text.Contains(comment, StringComparison.Ordinal), removed.Contains(comment, StringComparison.Ordinal));
    }

    [Fact]
    public void Removing_leaves_strict_json_where_there_was_strict_json()
    {
        const string text = "{\"profiles\": {\n  \"a\": {},\n  \"b\": {}\n}}";

        Assert.Equal("{\"profiles\": {\n  \"b\": {}\n}}", Change(text, file => ProfileFileEditor.Remove(file, file.Find("a")!)));
        Assert.Equal("{\"profiles\": {\n  \"a\": {}\n}}", Change(text, file => ProfileFileEditor.Remove(file, file.Find("b")!)));
    }

    private static string Change(string text, Func<ProfileFile, byte[]> change) => Encoding.UTF8.GetString(change(Parse(text)));

    private static ProfileFile Parse(string text) => ProfileFile.Parse("/srv/profiles.json", Encoding.UTF8.GetBytes(text));
}
