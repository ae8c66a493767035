using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>Finds the token in the answer of a login: in a header, at a path, in a usual place, or as the whole text.</summary>
internal sealed class LoginResponse(BackchannelResponse response, JsonLoginOptions options)
{
    private const int DeepestWrapper = 2;

    /// <summary>Names that tokens go by, the most telling first.</summary>
    private static readonly string[] s_tokenNames =
        ["access_token", "accessToken", "token", "jwt", "auth_token", "authToken", "jwt_token", "jwtToken", "bearer_token", "bearerToken", "bearer", "id_token", "idToken"];

    /// <summary>Names of objects that answers are wrapped in.</summary>
    private static readonly string[] s_wrappers =
        ["data", "result", "auth", "response", "token", "tokens", "authentication", "authorization", "session", "payload", "content", "user"];

    public AccessToken Read(DateTimeOffset sent, TokenMetadata metadata, IEventSink events)
    {
        var json = response.TryReadJson();
        JsonElement? beside = json;
        var text = options.TokenHeader is { } header ? FromHeader(header)
            : options.TokenPath is { } path ? FromPath(json ?? throw response.NotJson(), path, out beside)
            : json is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } document ? FromUsualPlace(document, out beside)
            : FromText(json);

        // A secret before anything can fail, so that no error can tell it.
        var raw = new Secret(text);
        var token = new Secret(TokenText.Strip(raw.Reveal()));
        if (!TokenText.IsSendable(token.Reveal()))
            throw Wrong("TokenMalformed", "found where the token should be a text that no token can be (empty, or with spaces or control characters)", "Name the place of the token: -TokenPath or -TokenHeader.");

        var named = new LoginLifetime(sent, events).Read(json, beside, options.ExpiresInPath, path => Missing("ExpiryNotFound", json!.Value, path));
        var own = Jwt.Time(Jwt.TryRead(token.Reveal())?.Claims, "exp");
        var end = named is null || own < named ? own : named;
        return new AccessToken(token, metadata with { IssuedOn = sent, ExpiresOn = end });
    }

    private string FromHeader(string name)
    {
        if (response.Headers.TryGetValues(name, out var values) && values.FirstOrDefault(v => v.Length > 0) is { } value) return value;
        var names = string.Join(", ", response.Headers.Select(h => ServerText.Clean(h.Key, 60)));
        throw Wrong("TokenNotFound", $"answered without a header '{ServerText.Clean(name, 60)}'; it has {names}", "Correct -TokenHeader.");
    }

    private string FromPath(JsonElement json, string path, out JsonElement? beside)
    {
        var found = JsonPath.Find(json, path, out var parent, out _) ?? throw Missing("TokenNotFound", json, path);
        beside = parent;
        if (found.ValueKind == JsonValueKind.String) return found.GetString()!;
        throw Wrong("TokenNotFound", $"has at '{ServerText.Clean(path, 100)}' no text but {JsonPath.Names(found)}", "Correct -TokenPath.");
    }

    private string FromUsualPlace(JsonElement json, out JsonElement? beside)
    {
        if (Search(json, 0) is { } found)
        {
            beside = found.Beside;
            return found.Token;
        }

        throw Wrong("TokenNotFound", $"has no token in any of the usual places; it has {JsonPath.Names(json)}",
            "Look whether the login succeeded at all, and name the place of the token: -TokenPath data.auth.accessToken, or -TokenHeader.");
    }

    private static (string Token, JsonElement Beside)? Search(JsonElement json, int depth)
    {
        foreach (var name in s_tokenNames)
        {
            if (JsonPath.Member(json, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } token) return (token, json);
        }

        if (depth == DeepestWrapper) return null;
        return s_wrappers.Select(name => JsonPath.Member(json, name) is { ValueKind: JsonValueKind.Object } inner ? Search(inner, depth + 1) : null)
            .FirstOrDefault(found => found is not null);
    }

    /// <summary>The whole answer is the token: plain, or as a JSON text.</summary>
    private string FromText(JsonElement? json)
    {
        if (json is { ValueKind: JsonValueKind.String } text) return text.GetString()!;
        if (json is { ValueKind: not JsonValueKind.Number }) throw Wrong("TokenNotFound", $"has no token; it has {JsonPath.Names(json.Value)}", "Look whether the login succeeded at all.");
        return response.IsHtml || !TokenText.IsSendable(TokenText.Strip(response.Text)) ? throw response.NotJson() : response.Text;
    }

    private BearerTokenException Missing(string id, JsonElement json, string path)
    {
        _ = JsonPath.Find(json, path, out var parent, out var reached);
        var where = reached.Length == 0 ? "at the top" : $"at '{ServerText.Clean(reached, 100)}'";
        return Wrong(id, $"has no '{ServerText.Clean(path, 100)}'; {where} it has {JsonPath.Names(parent)}",
            id == "TokenNotFound" ? "Correct -TokenPath, and look whether the login succeeded at all." : "Correct -ExpiresInPath, or leave it out.");
    }

    private BearerTokenException Wrong(string id, string what, string nextStep) => new($"{response.Sender} {what}.")
    {
        ErrorId = id,
        Kind = BearerErrorKind.InvalidData,
        StatusCode = response.Status,
        NextStep = nextStep,
    };
}
