using System.Text.Json;

namespace BearerTools.Sandbox.Authority.Grants;

/// <summary>RFC 8693: an access token of this authority for another, or for a token of another type.</summary>
internal sealed class TokenExchangeGrant : ITokenGrant
{
    private const string Prefix = "urn:ietf:params:oauth:token-type:";
    private const string AccessToken = Prefix + "access_token";

    public string Type => "urn:ietf:params:oauth:grant-type:token-exchange";

    public GrantOutcome Decide(SandboxContext sandbox, IFormCollection form)
    {
        var type = form["subject_token_type"].ToString();
        if (type is not (AccessToken or Prefix + "jwt")) return new OAuthError("invalid_request", $"The subject_token_type '{type}' is missing or not taken.");
        var subject = form["subject_token"].ToString();
        if (sandbox.Tokens.Problem("Bearer " + subject) is { } problem) return new OAuthError("invalid_request", $"The subject_token is refused. {problem}");
        if (form.ContainsKey("actor_token") != form.ContainsKey("actor_token_type")) return new OAuthError("invalid_request", "An actor_token and its type go together.");
        if (form.ContainsKey("actor_token") && sandbox.Tokens.Problem("Bearer " + form["actor_token"]) is { } other) return new OAuthError("invalid_request", $"The actor_token is refused. {other}");

        var requested = form["requested_token_type"].ToString();
        var issued = requested.Length == 0 ? AccessToken : requested;
        return new Approval(SubjectOf(subject) ?? sandbox.ClientId, form["scope"].ToString())
        {
            More = new Dictionary<string, string>
            {
                ["issued_token_type"] = issued,
                ["token_type"] = issued == AccessToken ? "Bearer" : "N_A",
            },
        };
    }

    private static string? SubjectOf(string token) =>
        token.Split('.') is { Length: 3 } parts && RegisteredKey.Read(parts[1]) is JsonElement claims ? RegisteredKey.Text(claims, "sub") : null;
}
