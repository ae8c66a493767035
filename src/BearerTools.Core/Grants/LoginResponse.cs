using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>Finds the token in a login response: in a header, at a path, in a usual place, or as the whole text.</summary>
internal sealed class LoginResponse(BackchannelResponse response, JsonLoginOptions options)
{
    private const int DeepestWrapper = 2;
    private const int LongestWords = 300;
    private const string CheckLogin = "Check whether the login succeeded: the user name, the password, and the names of their fields.";

    /// <summary>Usual names of tokens, the most specific first.</summary>
    private static readonly string[] s_tokenNames =
        ["access_token", "accessToken", "token", "jwt", "auth_token", "authToken", "jwt_token", "jwtToken",
        "bearer_token", "bearerToken", "bearer", "id_token", "idToken"];

    /// <summary>Usual names of wrapper objects.</summary>
    private static readonly string[] s_wrappers =
        ["data", "result", "auth", "response", "token", "tokens", "authentication", "authorization", "session", "payload",
        "content", "user"];

    public AccessToken Read(DateTimeOffset sent, TokenMetadata metadata, IEventSink events)
    {
        var xml = response.TryReadJson() is null ? LoginXml.TryRead(response) : null;
        var json = response.TryReadJson() ?? xml?.ToJson();
        JsonElement? beside = json;
        var text = options.TokenHeader is { } header ? FromHeader(header)
            : options.TokenPath is { } path ? FromPath(json ?? throw response.NotJson(), xml, path, out beside)
            : json is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } document ? FromUsualPlace(document, out beside)
            : FromText(json);

        // Registered as a secret first, so that no error can reveal it.
        var raw = new Secret(text);
        var token = new Secret(TokenText.Strip(raw.Reveal()));
        if (!TokenText.IsSendable(token.Reveal()))
            throw Wrong("TokenMalformed", "returned an invalid token (empty, or with spaces or control characters)",
                "Specify where the token is with -TokenPath or -TokenHeader.");

        return new AccessToken(token, metadata with
        {
            IssuedOn = sent,
            ExpiresOn = End(token.Reveal(), json, xml, beside, sent, events),
            Additional = json is { } members
                ? AdditionalMembers.Read(
                    members,
                    name => name is "expires_in" or "expiresIn",
                    name => SecretMembers.Include(name) || IsToken(members, name),
                    xml?.WithoutSecrets(SecretMembers.Include, token.Reveal()))
                : AdditionalMembers.None,
        });

        bool IsToken(JsonElement members, string name) =>
            members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() == raw.Reveal();
    }

    /// <summary>
    /// The earlier one of what the response and the token itself say. A lifetime needs no clock, so the time in the token counts beside it
    /// only if the response says what time it is at the server.
    /// </summary>
    private DateTimeOffset? End(
        string token, JsonElement? json, LoginXml? xml, JsonElement? beside, DateTimeOffset sent, IEventSink events)
    {
        var lifetime = new LoginLifetime(sent, response.Headers, events);
        var named = json is not { } members ? null
            : options.ExpiresInPath is { } path ? lifetime.Time(Find(members, xml, path, "ExpiryNotFound", out _), path)
            : lifetime.Read(members, beside ?? members);
        DateTimeOffset? own = Jwt.Time(Jwt.TryRead(token)?.Claims, "exp") is { } end
            ? ServerClock.ToLocal(end, sent, response.Headers)
            : null;
        if (named is null) return own;
        return own < named && (lifetime.IsAbsolute || ServerClock.IsKnown(response.Headers, sent)) ? own : named;
    }

    private string FromHeader(string name)
    {
        if (response.Headers.TryGetValues(name, out var values) && values.FirstOrDefault(v => v.Length > 0) is { } value) return value;
        var names = string.Join(", ", response.Headers.Select(h => ServerText.Clean(h.Key, 60)));
        throw Wrong("TokenNotFound", $"returned no header '{ServerText.Clean(name, 60)}'; it returned {names}", "Correct -TokenHeader.");
    }

    private string FromPath(JsonElement json, LoginXml? xml, string path, out JsonElement? beside)
    {
        var found = Find(json, xml, path, "TokenNotFound", out var parent);
        beside = parent;
        if (found.ValueKind == JsonValueKind.String) return found.GetString()!;
        throw Wrong("TokenNotFound", $"returned {JsonPath.Names(found)} at '{ServerText.Clean(path, 100)}' instead of a string",
            "Correct -TokenPath.");
    }

    private string FromUsualPlace(JsonElement json, out JsonElement? beside)
    {
        if (Search(json, 0) is { } found)
        {
            beside = found.Beside;
            return found.Token;
        }

        throw Wrong("TokenNotFound", $"returned no token in any of the usual places; the response has {JsonPath.Names(json)}",
            "Check whether the login succeeded, and specify where the token is, such as -TokenPath data.auth.accessToken, or with "
                + "-TokenHeader.");
    }

    private static (string Token, JsonElement Beside)? Search(JsonElement json, int depth)
    {
        foreach (var name in s_tokenNames)
        {
            if (JsonPath.Member(json, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } token)
                return (token, json);
        }

        if (depth == DeepestWrapper) return null;
        return s_wrappers
            .Select(name => JsonPath.Member(json, name) is { ValueKind: JsonValueKind.Object } inner ? Search(inner, depth + 1) : null)
            .FirstOrDefault(found => found is not null);
    }

    /// <summary>Returns the whole response as the token: plain text, or a JSON string.</summary>
    private string FromText(JsonElement? json)
    {
        if (json is { ValueKind: not (JsonValueKind.Number or JsonValueKind.String) })
            throw Wrong("TokenNotFound", $"returned no token, only {JsonPath.Names(json.Value)}", "Check whether the login succeeded.");
        var quoted = json is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        if (FailureWords.In(quoted ?? response.Text) is { } words)
            throw Wrong("TokenNotFound", $"returned no token, only '{words}'", CheckLogin);
        // A sentence is no token, and would be masked in the error if it were taken for one.
        if (quoted is not null && (TokenText.IsSendable(TokenText.Strip(quoted)) || ServersWords is null)) return quoted;
        // Markup is no token, even without spaces.
        if (quoted is null && !response.IsMarkup && TokenText.IsSendable(TokenText.Strip(response.Text)))
            return response.Text;
        throw ServersWords is null || response.IsMarkup
            ? response.NotJson(words: ServersWords)
            : Wrong("TokenNotFound", "returned no token", CheckLogin);
    }

    private JsonElement Find(JsonElement json, LoginXml? xml, string path, string id, out JsonElement parent)
    {
        if (ResponsePath.Find(json, xml, path, out parent, out var reached) is { } found) return found;
        var where = reached.Length == 0 ? "at the top level" : $"at '{ServerText.Clean(reached, 100)}'";
        throw Wrong(id, $"returned no '{ServerText.Clean(path, 100)}'; {where} it has {JsonPath.Names(parent)}",
            id == "TokenNotFound" ? "Correct -TokenPath, and check whether the login succeeded." : "Correct or omit -ExpiresInPath.");
    }

    private BearerTokenException Wrong(string id, string what, string nextStep) => new($"{response.Sender} {what}.{Quoted}")
    {
        ErrorDescription = ServersWords,
        ErrorId = id,
        Kind = BearerErrorKind.InvalidData,
        StatusCode = response.Status,
        NextStep = nextStep,
    };

    private string Quoted => ServersWords is { } words ? $" The server says: {words}" : string.Empty;

    /// <summary>
    /// What the server says in a response without a token, such as "Invalid user name or password": some respond to a rejected login with
    /// status 200. Only ordinary words are quoted, because anything else may be a token.
    /// </summary>
    private string? ServersWords => ServerMessage.Find(response, quotesPages: true) is { Length: <= LongestWords } text
        ? OrdinaryWords.Of(text)
        : null;
}
