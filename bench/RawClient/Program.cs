// What .NET can do without PowerShell: HttpClient and a number of workers. Each response is parsed and dropped, or saved to a file.
// Reads a token from stdin, and a line for each round; prints the seconds that the round's requests took.
//   RawClient <beginning of the addresses> <requests> <workers> <get|post|save|page> <HTTP version> [folder]
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

var address = args[0];
var count = int.Parse(args[1], CultureInfo.InvariantCulture);
var workers = int.Parse(args[2], CultureInfo.InvariantCulture);
var work = args[3];
var folder = args[5];

using var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) };
// The server's certificate is made for the run and belongs to no authority. The server is this machine.
if (new Uri(address).IsLoopback) handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
using var client = new HttpClient(handler)
{
    DefaultRequestVersion = Version.Parse(args[4]),
    DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
};
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Console.In.ReadLine());

while (Console.In.ReadLine() is not null)
{
    var clock = Stopwatch.StartNew();
    await SendAllAsync();
    Console.WriteLine(clock.Elapsed.TotalSeconds.ToString(CultureInfo.InvariantCulture));
}

async Task SendAllAsync()
{
    var next = 0;
    await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
    {
        while (Interlocked.Increment(ref next) is var id && id <= count) await SendAsync(id);
    })));
}

Task SendAsync(int id) => work switch
{
    "post" => PostAsync(id),
    "save" => SaveAsync(id),
    "page" => PageAsync(id),
    _ => GetAsync(id),
};

async Task GetAsync(int id)
{
    await using var body = await client.GetStreamAsync(new Uri($"{address}{id}"));
    using var item = await JsonDocument.ParseAsync(body);
    if (item.RootElement.TryGetProperty("id", out var found) && found.GetInt32() != id) throw new InvalidDataException($"Item {id} is another one.");
}

async Task PostAsync(int id)
{
    var item = new
    {
        id,
        name = $"Item {id}",
        price = 19.95,
        inStock = true,
        tags = new[] { "a", "b" },
        owner = new { id = 7, name = "ada" },
        text = Note.Text,
    };
    using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(item));
    content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
    using var response = await client.PostAsync(new Uri(address), content);
    response.EnsureSuccessStatusCode();
    await using var body = await response.Content.ReadAsStreamAsync();
    using var created = await JsonDocument.ParseAsync(body);
}

async Task SaveAsync(int id)
{
    await using var body = await client.GetStreamAsync(new Uri($"{address}{id}"));
    await using var file = File.Create(Path.Join(folder, $"raw-{id}.txt"), bufferSize: 1);
    await body.CopyToAsync(file);
}

async Task PageAsync(int number)
{
    await using var body = await client.GetStreamAsync(new Uri($"{address}?page={number}"));
    using var page = await JsonDocument.ParseAsync(body);
    if (page.RootElement.GetArrayLength() != 100) throw new InvalidDataException($"Page {number} is not full.");
}

internal static class Note
{
    public static readonly string Text = new StringBuilder().Insert(0, "A line of a note. ", 48).ToString();
}
