using System.Collections.Concurrent;

namespace BearerTools.Sandbox.Entra.Grants;

/// <summary>A refresh token is for one user and one client; it is valid for every resource, and stays valid after a new one is issued.</summary>
internal sealed class RefreshGrant(EntraContext entra) : IEntraGrant
{
    private readonly ConcurrentDictionary<string, (EntraUser UserPrompt, string Client)> _tokens = new(StringComparer.Ordinal);

    public string[] Types => ["refresh_token"];

    public bool NeedsProof => false;

    public string Make(EntraUser prompt, string client)
    {
        var token = "1." + Serving.RandomSecret.MakeWord();
        _tokens[token] = (prompt, client);
        return token;
    }

    public void RevokeAll() => _tokens.Clear();

    public EntraOutcome Decide(EntraTokenRequest request)
    {
        if (!_tokens.TryGetValue(request["refresh_token"], out var token)) return EntraErrors.GrantInvalid(700082, "The refresh token has run out because it was not used.");
        if (token.Client != request.Client) return EntraErrors.GrantInvalid(700003, "The refresh token is of another client.");
        return EntraOutcome.For(token.UserPrompt, request, entra.Directory);
    }
}
