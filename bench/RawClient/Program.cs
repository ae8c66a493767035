// What .NET can do without PowerShell: HttpClient, a number of workers, each answer parsed and dropped.
// Reads a token from stdin; prints the seconds that the requests took, a line for each round.
//   RawClient <address ending in /> <requests> <workers> <rounds>
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

var address = args[0];
var count = int.Parse(args[1], CultureInfo.InvariantCulture);
var workers = int.Parse(args[2], CultureInfo.InvariantCulture);
var rounds = int.Parse(args[3], CultureInfo.InvariantCulture);

using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) });
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Console.In.ReadLine());

await SendAsync(Math.Min(count, 200));
for (var round = 0; round < rounds; round++)
{
    var clock = Stopwatch.StartNew();
    await SendAsync(count);
    Console.WriteLine(clock.Elapsed.TotalSeconds.ToString(CultureInfo.InvariantCulture));
}

async Task SendAsync(int total)
{
    var next = 0;
    await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
    {
        while (Interlocked.Increment(ref next) is var id && id <= total)
        {
            await using var body = await client.GetStreamAsync(new Uri($"{address}{id}"));
            using var item = await JsonDocument.ParseAsync(body);
            if (item.RootElement.GetProperty("id").GetInt32() != id) throw new InvalidDataException($"Item {id} is another one.");
        }
    })));
}
