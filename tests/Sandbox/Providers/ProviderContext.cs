using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Providers;

/// <summary>What the stand-ins share: the credentials of one client, made at the start, and the tokens that were issued for it.</summary>
internal sealed class ProviderContext(TimeProvider clock) : IDisposable
{
    /// <summary>The key id under which providers know <see cref="Key"/>.</summary>
    public const string KeyId = "ops-key";

    /// <summary>The user that logs in with <see cref="ClientSecret"/> as password.</summary>
    public const string UserName = "administrator@vsphere.local";

    private readonly ConcurrentDictionary<string, string?> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public TimeProvider Clock { get; } = clock;

    /// <summary>A token that an administrator copies from the provider's pages.</summary>
    public string ApiKey { get; } = RandomSecret.MakeWord();

    public string ClientSecret { get; } = RandomSecret.Make();

    public RegisteredKey Key { get; } = new(clock);

    public DPoPProofs Proofs { get; } = new(clock);

    /// <summary>Makes a token of a host.</summary>
    /// <param name="host">The host that accepts it.</param>
    /// <param name="thumbprint">The thumbprint of the key that it is bound to.</param>
    public string Issue(string host, string? thumbprint = null)
    {
        var token = RandomSecret.MakeWord();
        _tokens[$"{host} {token}"] = thumbprint;
        return token;
    }

    public void End(string host, string token) => _tokens.TryRemove($"{host} {token}", out _);

    public bool IsIssued(string host, string? token) => token is not null && _tokens.ContainsKey($"{host} {token}");

    public string? Thumbprint(string host, string token) => _tokens.GetValueOrDefault($"{host} {token}");

    /// <summary>How often this was called with this name, from 1.</summary>
    public int Count(string name) => _counts.AddOrUpdate(name, 1, (_, count) => count + 1);

    /// <summary>True for the client's secret: in the Authorization header (client_secret_basic) or in the form (client_secret_post).</summary>
    public bool IsClient(HttpRequest request, IFormCollection form) => request.Headers.Authorization.Count > 0
        ? ClientAuthentication.FromHeader(request.Headers.Authorization.ToString()) is ({ Length: > 0 }, { } secret) && secret == ClientSecret
        : form["client_id"].ToString().Length > 0 && form["client_secret"] == ClientSecret;

    /// <summary>True for name and password of the user as Basic authentication (RFC 7617: not form-encoded).</summary>
    public bool IsUser(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || header is not { Scheme: "Basic", Parameter: { } encoded }) return false;
        return Encoding.UTF8.GetString(Convert.FromBase64String(encoded)) == $"{UserName}:{ClientSecret}";
    }

    public void Dispose() => Key.Dispose();
}
