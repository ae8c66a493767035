using System.Collections.Concurrent;

namespace BearerTools.Sandbox.Entra;

/// <summary>A token request as it came: never what proved the client.</summary>
internal sealed record TokenRequestNote(string Host, string Tenant, string Grant, string Client, string Proof, string Scope, string Claims, string Sku, string Outcome);

/// <summary>What clients asked for. Safe to read and write from any thread.</summary>
internal sealed class EntraLog
{
    private readonly ConcurrentQueue<string> _tunnels = new();
    private readonly ConcurrentQueue<string> _refused = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<TokenRequestNote> _tokenRequests = new();

    /// <summary>The hosts that a way through the proxy was opened to, in order.</summary>
    public IReadOnlyCollection<string> Tunnels => _tunnels;

    /// <summary>What was asked for and is not the stand-in's: hosts at the proxy, and addresses it does not know.</summary>
    public IReadOnlyCollection<string> Refused => _refused;

    /// <summary>All other requests: method, host and path.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public IReadOnlyCollection<TokenRequestNote> TokenRequests => _tokenRequests;

    public void Tunnel(string host) => _tunnels.Enqueue(host);

    public void Refuse(string target) => _refused.Enqueue(target);

    public void Request(HttpRequest request) => _requests.Enqueue($"{request.Method} {request.Host.Host}{request.Path}");

    public void TokenRequest(TokenRequestNote note) => _tokenRequests.Enqueue(note);

    public void Reset()
    {
        _tunnels.Clear();
        _refused.Clear();
        _requests.Clear();
        _tokenRequests.Clear();
    }
}
