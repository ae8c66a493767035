using System.Diagnostics;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Http;
using BearerTools.Json;
using BearerTools.Running;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Sandbox.CommandLine;

/// <summary>
/// The main job without PowerShell: a token by client credentials, another by a login, and a thousand requests while
/// 2-second tokens expire underneath. What the cmdlets do, through the same Core.
/// </summary>
internal static class Demo
{
    private const int Requests = 1000;
    private const int Concurrent = 16;
    private const int ServerMilliseconds = 100;
    private const int RowsToShow = 5;

    /// <returns>How many requests failed.</returns>
    public static async Task<int> RunAsync()
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions());
        var services = new BearerServices();

        var context = new TokenRequestContext { Events = new ConsoleEvents() };
        var login = await services.Cache.Entry(Login(server, services)).GetAsync(context, CancellationToken.None);
        Console.WriteLine($"By login:              {login}");
        var tokens = services.Cache.Entry(ClientCredentials(server, services));
        var first = await tokens.GetAsync(context, CancellationToken.None);
        Console.WriteLine($"By client credentials: {first}");
        Console.WriteLine();

        server.Stats.Reset();
        var baseUri = new Uri(server.Address, "api/");
        var connection = new Connection(services, tokens, baseUri, OriginPolicy.Create(baseUri, [], []));
        using var pipeline = RequestPipeline.Create(services, connection, RequestOptions.Default);
        var run = new RequestRun(pipeline.Handler, _ => new PlainBuilder(), new JsonReadOptions()) { Retries = pipeline.Retries };
        var started = Stopwatch.GetTimestamp();
        var (rows, failures) = Run(Enumerable.Range(1, Requests).Select(n => new RequestJob(run, Template(baseUri, n))));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        foreach (var row in rows.Take(RowsToShow)) Console.WriteLine(row);
        Console.WriteLine($"... {rows.Count} objects in all");
        Console.WriteLine();
        Console.WriteLine($"Requests per second     {Requests / seconds,8:0}");
        Console.WriteLine($"Tokens issued           {server.Stats.TokensIssued,8}");
        Console.WriteLine($"401s the server gave    {server.Stats.Unauthorized,8}");
        Console.WriteLine($"Failed requests         {failures,8}");
        return failures;
    }

    private static JsonLoginSource Login(SandboxServer server, BearerServices services) => new(services.Backchannel, services.RejectedLogins, new JsonLoginOptions
    {
        LoginUri = new Uri(server.Address, "login"),
        Body = LoginBody.Of(new LoginFields().Set("username", server.UserName).Set("password", new Secret(server.Password))),
        Account = server.UserName,
    });

    private static ClientCredentialsSource ClientCredentials(SandboxServer server, BearerServices services) => new(
        services.Backchannel,
        services.Discovery,
        new OAuthClientOptions
        {
            Authority = server.Address.AbsoluteUri.TrimEnd('/'),
            ClientId = server.ClientId,
            Secret = SecretReference.To(new Secret(server.ClientSecret)),
        },
        new GrantScope { Scopes = ["lifetime:2"] });

    private static RequestTemplate Template(Uri baseUri, int n) => new()
    {
        Method = HttpMethod.Get,
        Address = RequestAddress.Resolve($"/items/{n}?ms={ServerMilliseconds}", baseUri),
        Input = n,
    };

    /// <summary>What the bridge does on the pipeline's thread.</summary>
    private static (List<object?> Rows, int Failures) Run(IEnumerable<Job> jobs)
    {
        using var runner = new Runner(new RunnerLimits(Concurrent));
        var (rows, failures) = (new List<object?>(), 0);
        foreach (var job in jobs)
        {
            while (!runner.TryAdd(job))
            {
                runner.Wait(forCapacity: true);
                Take();
            }
        }

        runner.Complete();
        while (runner.Wait(forCapacity: false)) Take();
        return (rows, failures);

        void Take()
        {
            var items = new List<RunItem>();
            runner.TryTake(items, []);
            foreach (var item in items)
            {
                if (item.Kind == RunItemKind.Row) rows.Add(item.Value);
                if (item.Value is not JobFailure failure) continue;
                failures++;
                Console.WriteLine(failure.Error.Message);
            }
        }
    }

    private sealed class ConsoleEvents : IEventSink
    {
        public bool IsEnabled(EventLevel level) => level >= EventLevel.Verbose;

        public void Write(DiagnosticEvent e) => Console.WriteLine(LiveSecrets.Redact(EventText.Format(e)));
    }

    /// <summary>Rows as text: there is no PowerShell here to make objects for.</summary>
    private sealed class PlainBuilder : IJsonBuilder<object?>
    {
        public object? Null() => "null";

        public object? Boolean(bool value) => value;

        public object? String(ReadOnlySpan<byte> text, bool escaped) => JsonText.Decode(text, escaped);

        public object? Number(ReadOnlySpan<byte> text) => JsonNumber.Read(text, JsonNumberKind.Default);

        public object? Array(ReadOnlySpan<object?> items) => $"[{string.Join(", ", items.ToArray())}]";

        public object? Object(ReadOnlySpan<JsonName> names, ReadOnlySpan<object?> values, bool clash)
        {
            var members = new string[names.Length];
            for (var i = 0; i < names.Length; i++) members[i] = $"{names[i].Text}={values[i]}";
            return $"@{{{string.Join("; ", members)}}}";
        }
    }
}
