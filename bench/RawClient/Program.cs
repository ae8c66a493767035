// What .NET can do without PowerShell: HttpClient, a number of workers, each answer parsed and dropped.
// Reads a token from stdin, and a line for each round; prints the seconds that the round's requests took.
//   RawClient <beginning of the addresses> <requests> <workers>
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

var address = args[0];
var count = int.Parse(args[1], CultureInfo.InvariantCulture);
var workers = int.Parse(args[2], CultureInfo.InvariantCulture);

using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) });
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Console.In.ReadLine());

while (Console.In.ReadLine() is not null)
{
    var clock = Stopwatch.StartNew();
    await SendAsync();
    Console.WriteLine(clock.Elapsed.TotalSeconds.ToString(CultureInfo.InvariantCulture));
}

async Task SendAsync()
{
    var next = 0;
    await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
    {
        while (Interlocked.Increment(ref next) is var id && id <= count)
        {
            await using var body = await client.GetStreamAsync(new Uri($"{address}{id}"));
            using var item = await JsonDocument.ParseAsync(body);
            if (item.RootElement.TryGetProperty("id", out var found) && found.GetInt32() != id) throw new InvalidDataException($"Item {id} is another one.");
        }
    })));
}
