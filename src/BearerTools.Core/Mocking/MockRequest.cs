using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Mocking;

/// <summary>A request that a mock received.</summary>
internal sealed class MockRequest
{
    private readonly Lazy<JsonElement?> _json;

    private MockRequest(HttpRequestMessage message, byte[]? body)
    {
        Method = message.Method.Method;
        Address = message.RequestUri!;
        Body = body;
        MediaType = message.Content?.Headers.ContentType?.MediaType;
        Headers =
        [
            .. message.Headers.NonValidated.SelectMany(Pairs),
            .. (body is null ? null : message.Content?.Headers.NonValidated.SelectMany(Pairs)) ?? [],
        ];
        Query = [.. MockQuery.Parse(Address.Query)];
        _json = new Lazy<JsonElement?>(ReadJson);
    }

    public string Method { get; }

    public Uri Address { get; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    public IReadOnlyList<KeyValuePair<string, string>> Query { get; }

    /// <summary>The bytes of the body, or <see langword="null"/> if there is none.</summary>
    public byte[]? Body { get; }

    public string? MediaType { get; }

    /// <summary>The rule whose code runs for the request, or <see langword="null"/>.</summary>
    public MockRule? Rule { get; set; }

    /// <summary>The named parts of the address, by that rule.</summary>
    public IReadOnlyDictionary<string, string> Parts { get; set; } = new Dictionary<string, string>();

    /// <summary>The body as text, or <see langword="null"/> if there is none.</summary>
    public string? Text => Body is null ? null : Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON; a form is an object of its fields. <see langword="null"/> if it is neither.</summary>
    public JsonElement? Json => _json.Value;

    public static async ValueTask<MockRequest> ReadAsync(HttpRequestMessage message, CancellationToken cancel)
    {
        if (message.Content is not { } content) return new MockRequest(message, null);
        var body = await content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
        return new MockRequest(message, body.Length == 0 ? null : body);
    }

    public string? Header(string name)
    {
        var values = Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)
            .ToArray();
        return values.Length == 0 ? null : string.Join(", ", values);
    }

    /// <summary>Method, path and query, without values whose names suggest a secret.</summary>
    public override string ToString()
    {
        var pairs = Query.Select(pair => $"{pair.Key}={(SecretNames.Include(pair.Key) ? LiveSecrets.Mark : pair.Value)}");
        return Query.Count == 0 ? $"{Method} {Address.AbsolutePath}" : $"{Method} {Address.AbsolutePath}?{string.Join('&', pairs)}";
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(KeyValuePair<string, HeaderStringValues> header) =>
        header.Value.Select(value => KeyValuePair.Create(header.Key, value));

    private JsonElement? ReadJson()
    {
        if (Body is null) return null;
        if (MediaType == "application/x-www-form-urlencoded")
        {
            var fields = MockQuery.Parse(Text!).GroupBy(pair => pair.Key, pair => pair.Value).ToDictionary(
                group => group.Key, group => group.Count() == 1 ? (object)group.First() : group.ToArray());
            return JsonSerializer.SerializeToElement(fields);
        }

        return ServerJson.TryParse(Body);
    }
}
