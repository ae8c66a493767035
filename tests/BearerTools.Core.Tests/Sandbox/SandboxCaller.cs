using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using BearerTools.Sandbox;

namespace BearerTools.Tests.Sandbox;

/// <summary>Talks to a sandbox as plainly as can be, with nothing of what is tested elsewhere.</summary>
internal sealed class SandboxCaller(SandboxServer server) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(30) };

    public static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);

    public async Task<string> TokenAsync(string scope = "")
    {
        using var response = await RequestTokenAsync(new() { ["grant_type"] = "client_credentials", ["scope"] = scope });
        return (await ReadAsync(response)).GetProperty("access_token").GetString()!;
    }

    /// <summary>With client_secret_post, unless another proof is given.</summary>
    public Task<HttpResponseMessage> RequestTokenAsync(Dictionary<string, string> form, AuthenticationHeaderValue? proof = null)
    {
        if (proof is null) (form["client_id"], form["client_secret"]) = (server.ClientId, server.ClientSecret);
        return SendAsync(HttpMethod.Post, "token", proof, new FormUrlEncodedContent(form));
    }

    public AuthenticationHeaderValue Basic() => new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(
        Uri.EscapeDataString(server.ClientId) + ":" + Uri.EscapeDataString(server.ClientSecret))));

    public Task<HttpResponseMessage> GetAsync(string path, string token) => SendAsync(HttpMethod.Get, path, Bearer(token), null);

    public Task<HttpResponseMessage> PostAsync(string path, string token) => SendAsync(HttpMethod.Post, path, Bearer(token), null);

    public Task<HttpResponseMessage> LoginAsync(string path, string password) =>
        SendAsync(HttpMethod.Post, path, null, JsonContent.Create(new { username = server.UserName, password }));

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, AuthenticationHeaderValue? proof, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = proof;
        return await _http.SendAsync(request);
    }
}
