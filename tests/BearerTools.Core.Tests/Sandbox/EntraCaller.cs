using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using BearerTools.Sandbox.Entra;
using Microsoft.AspNetCore.WebUtilities;

namespace BearerTools.Tests.Sandbox;

/// <summary>Talks to the stand-in for Microsoft Entra under its real names, with its proxy and in trust of its certificate.</summary>
internal sealed class EntraCaller : IDisposable
{
    private readonly EntraServer _server;
    private readonly HttpClient _http;

    public EntraCaller(EntraServer server)
    {
        _server = server;
        _http = new HttpClient(new SocketsHttpHandler
        {
            Proxy = new WebProxy(server.Proxy),
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { X509Certificate2.CreateFromPem(server.CertificatePem) },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
    }

    public string TokenEndpoint => $"https://login.microsoftonline.com/{_server.Context.Directory.TenantId}/oauth2/v2.0/token";

    public Task<HttpResponseMessage> GetAsync(string address, string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return _http.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(string address, params (string Name, string Value)[] form) =>
        _http.PostAsync(new Uri(address), new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    /// <summary>A token request of the app, for Graph unless the form says otherwise.</summary>
    public async Task<JsonElement> TokenAsync(params (string Name, string Value)[] form)
    {
        var defaults = new[] { ("client_id", _server.Context.Directory.ClientId), ("grant_type", "client_credentials"), ("scope", "https://graph.microsoft.com/.default") };
        using var response = await PostAsync(TokenEndpoint, [.. form, .. defaults.Where(one => form.All(field => field.Name != one.Item1))]);
        return await SandboxCaller.ReadAsync(response);
    }

    public async Task<JsonElement> TokenBySecretAsync(params (string Name, string Value)[] form) =>
        await TokenAsync([.. form, ("client_secret", _server.Context.Directory.ClientSecret)]);

    public Task<JsonElement> TokenByAssertionAsync(string assertion) =>
        TokenAsync(("client_assertion", assertion), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));

    /// <summary>An assertion as MSAL writes it, signed with the certificate's key.</summary>
    public string Assertion(string? audience = null, TimeSpan? lifetime = null, X509Certificate2? named = null)
    {
        var certificate = named ?? _server.Context.Directory.Certificate;
        var client = _server.Context.Directory.ClientId;
        var end = (_server.Context.Clock.GetUtcNow() + (lifetime ?? TimeSpan.FromMinutes(10))).ToUnixTimeSeconds();
        var header = $$"""{"alg":"PS256","typ":"JWT","x5t#S256":"{{WebEncoders.Base64UrlEncode(certificate.GetCertHash(HashAlgorithmName.SHA256))}}"}""";
        var claims = $$"""{"aud":"{{audience ?? TokenEndpoint}}","iss":"{{client}}","sub":"{{client}}","exp":"{{end}}","jti":"{{Guid.NewGuid()}}"}""";
        var signed = $"{WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(header))}.{WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(claims))}";
        using var key = _server.Context.Directory.Certificate.GetRSAPrivateKey()!;
        return $"{signed}.{WebEncoders.Base64UrlEncode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pss))}";
    }

    public void Dispose() => _http.Dispose();
}
