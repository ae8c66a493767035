using System.Text;
using System.Text.RegularExpressions;
using BearerTools.Diagnostics.Tracing.Export;
using BearerTools.Tests.Support;

namespace BearerTools.Tests.Diagnostics.Tracing.Export;

/// <summary>The page in a real browser.</summary>
public sealed partial class WaterfallPageTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProgramFact(Chromium.Program)]
    public async Task A_page_with_10000_requests_shows_them_all_and_draws_only_the_visible_rows()
    {
        var address = Save(TraceSamples.Many(10_000));
        var page = await Chromium.LoadAsync(_folder, address);

        Assert.Contains("10,000 requests · 140 failed · 100 retries · 3 token requests · 100 pauses · ", page, StringComparison.Ordinal);
        Assert.InRange(Row().Count(page), 20, 80);
        Assert.Contains("/v1/orders/0?page=0", page, StringComparison.Ordinal);
        Assert.Matches("""<div id="rows" style="height: \d{6}px;">""", page);
    }

    [ProgramFact(Chromium.Program)]
    public async Task The_filter_shows_the_rows_that_match()
    {
        var address = Save(TraceSamples.Many(1000));
        var page = await Chromium.LoadAsync(_folder, $"{address}#filter=status:429%20-orders/140%3F");

        Assert.Contains("9 of 1,010 rows shown", page, StringComparison.Ordinal);
        Assert.Equal(9, Row().Count(page));
        Assert.Contains("/v1/orders/40?page=5", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/v1/orders/140?", RowsOf(page), StringComparison.Ordinal);
    }

    [ProgramFact(Chromium.Program)]
    public async Task Text_of_servers_stays_text()
    {
        const string Hostile = "</script><script>document.title='hacked'</script><img src=x onerror=document.title='hacked'>\u2028";
        var record = TraceSamples.Request(DateTimeOffset.UnixEpoch, $"https://api.contoso.com/{Hostile}", 0, error: Hostile);
        var page = await Chromium.LoadAsync(_folder, Save([new BearerTraceEntry(record)]));

        Assert.Contains("<title>BearerTools trace</title>", page, StringComparison.Ordinal);
        Assert.Contains("1 request · 1 failed", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.Contains("&lt;img", RowsOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_loads_nothing_from_elsewhere()
    {
        var page = Page([]);

        Assert.DoesNotMatch("(?i)(src|href)=|url\\(|@import|fetch\\(|XMLHttpRequest|https?://", page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_data_of_10000_requests_is_small()
    {
        Assert.InRange(Page(TraceSamples.Many(10_000)).Length, 1_000_000, 4_000_000);
    }

    /// <summary>Not a test by itself: pictures to look at, where the variable names a folder.</summary>
    [ProgramFact(Chromium.Program)]
    public async Task The_page_has_a_light_and_a_dark_look()
    {
        var folder = Environment.GetEnvironmentVariable("BEARERTOOLS_PICTURES");
        var address = Save(TraceSamples.Many(folder is null ? 100 : 10_000));
        string[] looks = ["light", "dark"];
        var pictures = new List<byte[]>();
        foreach (var look in looks)
        {
            var path = Path.Combine(folder ?? _folder.At("."), $"{look}.png");
            string[] options = look == "dark" ? ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] : ["--blink-settings=preferredColorScheme=1"];
            await Chromium.TakePictureAsync(_folder, address, path, options);
            pictures.Add(await File.ReadAllBytesAsync(path));
        }

        Assert.All(pictures, picture => Assert.True(picture.Length > 10_000));
        Assert.NotEqual(pictures[0], pictures[1]);
    }

    private string Save(IReadOnlyList<BearerTraceEntry> entries) => new Uri(_folder.Write("trace.html", Encoding.UTF8.GetBytes(Page(entries)))).AbsoluteUri;

    private static string Page(IReadOnlyList<BearerTraceEntry> entries)
    {
        using var stream = new MemoryStream();
        new WaterfallPage(includesBodies: true).Write(stream, entries);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string RowsOf(string page) => page[page.IndexOf("<div id=\"rows\"", StringComparison.Ordinal)..page.IndexOf("<aside", StringComparison.Ordinal)];

    [GeneratedRegex("<div class=\"row[ a-z]*\" style=\"top:")]
    private static partial Regex Row();
}
