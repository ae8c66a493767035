using System.Globalization;
using System.Text.RegularExpressions;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Diagnostics;

public sealed partial class EventTextTests
{
    [Fact]
    public void Every_event_has_a_sentence()
    {
        Assert.True(EventSamples.Types.Count() > 30);
        Assert.All(EventSamples.All, e => Assert.DoesNotContain(e.GetType().Name, EventText.Format(e), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_sentence_ends_with_a_period_and_has_no_private_word()
    {
        // Messages are shown as on the wire.
        Assert.All(EventSamples.All.Where(e => e is not MessageEvent), e =>
        {
            var text = EventText.Format(e);
            Assert.EndsWith(".", text, StringComparison.Ordinal);
            Assert.DoesNotContain("..", text, StringComparison.Ordinal);
            Assert.DoesNotMatch(PrivateWords(), text);
        });
    }

    [Fact]
    public void A_sentence_is_the_same_in_every_culture()
    {
        string[] invariant = [.. EventSamples.All.Select(EventText.Format)];
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE") { NumberFormat = { NegativeSign = "minus", NumberDecimalSeparator = "," }, DateTimeFormat = { TimeSeparator = "." } };
            Assert.Equal(invariant, EventSamples.All.Select(EventText.Format));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("https://api.contoso.com/users", "https://api.contoso.com/users")]
    [InlineData("https://api.contoso.com/users?top=1&key=abc", "https://api.contoso.com/users?top=…&key=…")]
    [InlineData("https://api.contoso.com/users?eyJhbGciOiJub25lIn0.e30.", "https://api.contoso.com/users?…")]
    [InlineData("https://api.contoso.com/users?top=1&eyJhbGciOiJub25lIn0", "https://api.contoso.com/users?top=…&…")]
    [InlineData("https://api.contoso.com/users?=abc", "https://api.contoso.com/users?…")]
    [InlineData("https://me:word@api.contoso.com:8443/users", "https://api.contoso.com:8443/users")]
    public void An_address_is_shown_without_what_may_be_secret(string address, string shown)
    {
        Assert.Equal(shown, PrintableAddress.Of(new Uri(address)));
        Assert.Equal($"GET {shown}: 200 after 12 ms, token abc.", EventText.Format(new ResponseReceived(HttpMethod.Get, new Uri(address), 200, TimeSpan.FromMilliseconds(12), "abc")));
    }

    [Fact]
    public void A_name_from_outside_cannot_steer_the_terminal() =>
        Assert.DoesNotContain('\u001b', EventText.Format(new TokenRequested(new Uri("https://id.contoso.com/token"), "ops\u001b[2J")));

    [Fact]
    public void A_living_secret_in_an_address_is_not_shown()
    {
        var secret = new Secret(TestTokens.TokenText());
        Assert.DoesNotContain(secret.Reveal(), EventText.Format(new LoginStarted(new Uri($"https://api.contoso.com/{secret.Reveal()}/login"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(29, EventLevel.Verbose)]
    [InlineData(30, EventLevel.Warning)]
    public void A_long_pause_is_a_warning(int seconds, object level) =>
        Assert.Equal(level, new OriginPaused(Origin.Of(new Uri("https://api.contoso.com")), TimeSpan.FromSeconds(seconds)).Level);

    [Fact]
    public void Equal_events_are_passed_on_once_and_no_more_than_the_limit()
    {
        var log = new EventLog();
        var distinct = new DistinctEvents(2);
        distinct.Begin(log);

        foreach (var name in (string[])["a", "a", "b", "c"]) distinct.Write(new ObjectBecameDictionary([name]));

        Assert.Equal([new ObjectBecameDictionary(["a"]), new ObjectBecameDictionary(["b"])], log.Events);
    }

    [GeneratedRegex(@"\b(weather|whoever|nobody|somebody|run out|runs out|ran out|answer\w*|way|recipe|anew|under way)\b", RegexOptions.IgnoreCase)]
    private static partial Regex PrivateWords();
}
