using System.Text;
using BearerTools.Profiles.Saved;

namespace BearerTools.Tests.Profiles.Saved;

public sealed class ProfileFileTests
{
    private const string Path = "/srv/profiles.json";

    private static readonly ProfileField[] s_fields =
    [
        new("Authority", ProfileFieldKind.Text) { Aliases = ["Issuer"] },
        new("ClientId", ProfileFieldKind.Text),
        new("ClientKey", ProfileFieldKind.Text) { Place = ProfilePlace.PathOrReference },
        new("DPoP", ProfileFieldKind.Switch),
        new("Headers", ProfileFieldKind.Map),
        new("RenewOn", ProfileFieldKind.NumberList),
        new("Scope", ProfileFieldKind.TextList),
        new("SecretFrom", ProfileFieldKind.Text) { Place = ProfilePlace.Reference },
        new("ThrottleLimit", ProfileFieldKind.Number),
    ];

    [Fact]
    public void A_profile_is_read_with_comments_trailing_commas_and_a_byte_order_mark()
    {
        const string text = "\uFEFF{ // team\n \"profiles\": { /* one */ "
            + "\"Contoso\": { \"ClientId\": \"ops\", \"Scope\": \"a\", \"RenewOn\": [403,], }, }, }\n";

        var profile = Read(text, "CONTOSO");

        Assert.Equal("Contoso", profile.Name);
        Assert.Equal("ops", profile.Text("ClientId"));
        Assert.Equal(["a"], profile.Texts("Scope"));
        Assert.Equal([403L], (object[])profile.Values[^1].Value);
    }

    [Theory]
    [InlineData(
        "{\"profiles\":\n {\"a\": {\"Authorty\": \"x\"}}}",
        "line 2, column 9", "'Authorty' is not a field", "Did you mean 'Authority'?")]
    [InlineData(
        "{\"profiles\": {\"a\": {\"Issuer\": \"x\"}}}",
        "line 1, column 21", "'Issuer' is not a field", "Did you mean 'Authority'?")]
    [InlineData("{\"profiles\": {\"ü\": {\"Scope\": {}}}}", "line 1, column 30", "'Scope' takes a text, not an object", "Correct")]
    [InlineData("{\"profiles\": {\"a\": {\"DPoP\": \"yes\"}}}", "line 1, column 29", "'DPoP' takes true or false, not a text", "Correct")]
    [InlineData("{\"profiles\": {\"a\": {\"ThrottleLimit\": 1.5}}}", "line 1, column 38", "takes a whole number", "Correct")]
    [InlineData(
        "{\"profiles\": {\"a\": {\"ThrottleLimit\": 99999999999999999999}}}",
        "line 1, column 38", "takes a whole number", "Correct")]
    [InlineData("{\"profiles\": {\"a\": {\"ClientId\": null}}}", "line 1, column 33", "'ClientId' takes a text, not null", "Correct")]
    [InlineData("{\"profiles\": {\"a\": {\"ClientId\": \"\\u0007\"}}}", "line 1, column 33", "control character", "Remove it")]
    [InlineData(
        "{\"profiles\": {\"a\": {\"ClientId\": \"x\", \"clientid\": \"y\"}}}",
        "line 1, column 38", "'clientid' occurs twice", "Remove")]
    [InlineData(
        "{\"profiles\": {\"a\": {\"SecretFrom\": \"file:x\"}}}",
        "line 1, column 35", "path in 'SecretFrom' is relative", "absolute")]
    [InlineData(
        "{\"profiles\": {\"a\": {\"ClientKey\": \"../k.pem\"}}}",
        "line 1, column 34", "path in 'ClientKey' is relative", "absolute")]
    [InlineData("{\"profiles\": {\"a\": {\"Authority\": \"https://u:p@id\"}}}", "line 1, column 34", "user name or password", "references")]
    [InlineData(
        "{\"profiles\": {\"a\": {\"Headers\": {\"X-Api-Key\": \"k\"}}}}",
        "line 1, column 33", "'X-Api-Key' in 'Headers'", "-TokenFrom")]
    [InlineData("{\"profiles\": {\"a\": {\"Headers\": {\"Authorization\": \"k\"}}}}", "line 1, column 33", "'Authorization'", "-TokenFrom")]
    [InlineData(
        "{\"profiles\": {\"a\": {\"Headers\": {\"X\\r\\nY\": \"k\"}}}}",
        "line 1, column 33", "A name in 'Headers'", "Correct the name")]
    [InlineData("{\"profiles\": {\"a\": []}}", "line 1, column 15", "'a' is not an object", "braces")]
    public void An_error_in_a_profile_names_the_position_and_the_remedy(string text, string place, string message, string nextStep)
    {
        var error = Assert.Throws<BearerTokenException>(() => Read(text, text.Contains('ü', StringComparison.Ordinal) ? "ü" : "a"));

        Assert.Equal("ProfileFileInvalid", error.ErrorId);
        Assert.StartsWith($"{Path}, {place}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(nextStep, error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "line 1, column 1", "The file is empty")]
    [InlineData("{\n  \"profiles\": {,}\n}", "line 2, column 16", "not valid JSON")]
    [InlineData("{\"profiles\": {}} x", "line 1, column 18", "not valid JSON")]
    [InlineData("{\"profiles\": \0}", "line 1, column 14", "null character")]
    [InlineData("{\"profiles\": {\"a\": {\"ClientId\": \"\\ud800\"}}}", "line 1, column 33", "escape sequence")]
    [InlineData("[]", "line 1, column 1", "JSON object")]
    [InlineData("{\"profile\": {}}", "line 1, column 2", "'profile' is not a field of the file")]
    [InlineData("{\"profiles\": []}", "line 1, column 14", "is not an object")]
    [InlineData("{\"profiles\": {\"a\": {}, \"A\": {}}}", "line 1, column 24", "'A' occurs twice")]
    [InlineData("{\"profiles\": {\"../a\": {}}}", "line 1, column 15", "'../a' is not a valid profile name")]
    public void An_error_in_the_structure_names_the_position(string text, string place, string message)
    {
        var error = Assert.Throws<BearerTokenException>(() => Parse(text));

        Assert.Equal("ProfileFileInvalid", error.ErrorId);
        Assert.StartsWith($"{Path}, {place}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_utf8_is_refused()
    {
        var utf16 = Assert.Throws<BearerTokenException>(() => ProfileFile.Parse(Path, Encoding.Unicode.GetPreamble()));
        var latin = Assert.Throws<BearerTokenException>(
            () => ProfileFile.Parse(Path, [.. "{\"profiles\": {\"caf"u8, 0xE9, .. "\": {}}}"u8]));

        Assert.Contains("not UTF-8", utf16.Message, StringComparison.Ordinal);
        Assert.Contains("line 1, column 19: ", latin.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_an_error_and_does_not_end_the_process()
    {
        var error = Assert.Throws<BearerTokenException>(() => Parse(new string('[', 100_000)));

        Assert.Equal("ProfileFileInvalid", error.ErrorId);
    }

    [Fact]
    public void An_invalid_profile_does_not_affect_the_others()
    {
        const string text = "{\"profiles\": {\"a\": {\"Nonsense\": 1}, \"b\": {\"ClientId\": \"ops\"}}}";

        Assert.Equal("ops", Read(text, "b").Text("ClientId"));
        Assert.Equal(["a", "b"], Parse(text).Names);
    }

    private static SavedProfile Read(string text, string name)
    {
        var file = Parse(text);
        return new SavedProfileReader(file, s_fields).Read(file.Find(name)!);
    }

    private static ProfileFile Parse(string text) => ProfileFile.Parse(Path, Encoding.UTF8.GetBytes(text));
}
