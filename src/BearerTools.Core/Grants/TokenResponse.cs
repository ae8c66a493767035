using System.Globalization;
using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;
using Words = BearerTools.Grants.OAuthConstants.ApiResponse;

namespace BearerTools.Grants;

/// <summary>A successful answer of a token endpoint (RFC 6749 section 5.1).</summary>
internal sealed record TokenResponse
{
    public required Secret AccessToken { get; init; }
    public required string TokenType { get; init; }
    public required DateTimeOffset IssuedOn { get; init; }
    public DateTimeOffset? ExpiresOn { get; init; }

    /// <summary>What was granted; nothing when it is what was asked for.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }
    public Secret? RefreshToken { get; init; }
    public Secret? IdToken { get; init; }

    /// <summary>The key that the token is bound to.</summary>
    public DPoPKey? ProofKey { get; init; }
    /// <summary>What kind of token a token exchange gave (RFC 8693 section 2.2.1).</summary>
    public string? IssuedTokenType { get; init; }

    /// <param name="response">The answer, already known to be no error.</param>
    /// <param name="sent">When the request was sent: lives are counted from there.</param>
    /// <param name="proofKey">The key that was proved with the request, so that the token must be bound to it.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <exception cref="BearerTokenException">It holds no token, or one that cannot be used.</exception>
    public static TokenResponse Read(BackchannelResponse response, DateTimeOffset sent, DPoPKey? proofKey, IEventSink events)
    {
        var json = response.ReadJson();
        if (Text(json, Words.AccessToken) is not { Length: > 0 } value)
            throw Unusable(response, "TokenMissing", $"has no '{Words.AccessToken}'; it has {JsonPath.Names(json)}", "Check that the address is a token endpoint.");
        var token = new Secret(value);
        if (!TokenText.IsSendable(value))
            throw Unusable(response, "TokenMalformed", "has an access token with characters that no header can carry", "Ask who runs the authority.");
        var type = ReadType(response, json, proofKey is not null, events);
        return new TokenResponse
        {
            AccessToken = token,
            TokenType = type,
            ProofKey = type == DPoPKey.TokenType ? proofKey : null,
            IssuedOn = sent,
            ExpiresOn = ReadEnd(json, sent, events),
            Scopes = ReadScopes(json),
            RefreshToken = Text(json, Words.RefreshToken) is { Length: > 0 } refresh ? new Secret(refresh) : null,
            IdToken = Text(json, Words.IdToken) is { Length: > 0 } id ? new Secret(id) : null,
            IssuedTokenType = Text(json, Words.IssuedTokenType),
        };
    }

    /// <param name="asked">What the source knows, for what the answer left out.</param>
    public AccessToken ToToken(TokenMetadata asked) => new(AccessToken, asked with
    {
        TokenType = TokenType,
        IssuedOn = IssuedOn,
        ExpiresOn = ExpiresOn,
        Scopes = Scopes ?? asked.Scopes,
        ProofKey = ProofKey,
        IssuedTokenType = IssuedTokenType is null ? null : ServerText.Clean(IssuedTokenType, 200),
    });

    /// <summary>A token of a type that is not understood must not be used (RFC 6749 section 7.1). Left out, it is taken for Bearer.</summary>
    private static string ReadType(BackchannelResponse response, JsonElement json, bool wantsBound, IEventSink events)
    {
        // A refresh token is one whatever else is said of it.
        var issued = Text(json, Words.IssuedTokenType);
        if (TokenTypeName.IsRefreshToken(issued)) return OAuthConstants.TokenType.NotApplicable;
        var type = Text(json, Words.TokenType);
        if (issued is not null && Is(type, OAuthConstants.TokenType.NotApplicable)) return OAuthConstants.TokenType.NotApplicable;
        if (wantsBound) return Is(type, DPoPKey.TokenType) ? DPoPKey.TokenType : throw Downgrade(response, type);
        if (type is null)
        {
            if (events.IsEnabled(EventLevel.Verbose)) events.Write(new TokenTypeMissing());
            return OAuthConstants.TokenType.Bearer;
        }

        if (Is(type, OAuthConstants.TokenType.Bearer)) return OAuthConstants.TokenType.Bearer;
        throw Unusable(response, "UnknownTokenType", $"is a token of the type '{ServerText.Clean(type, 60)}', which is not known here",
            Is(type, DPoPKey.TokenType)
                ? "Ask for it with -DPoP: then it is bound to a key of this session, which each request proves."
                : "Ask the authority for bearer tokens: that is often a setting of the client there.");
    }

    private static bool Is(string? type, string known) => string.Equals(type, known, StringComparison.OrdinalIgnoreCase);

    /// <summary>An authority that does not know DPoP ignores the proof, and gives a token that anyone can use who has it.</summary>
    private static BearerTokenException Downgrade(BackchannelResponse response, string? type) =>
        new($"{response.Sender} was asked for a token that is bound to this session's key (DPoP) and gave one of {(type is null ? "no type" : $"the type '{ServerText.Clean(type, 60)}'")}. It is not used.")
        {
            ErrorId = "DPoPDowngrade",
            Kind = BearerErrorKind.Security,
            StatusCode = response.Status,
            NextStep = "Switch DPoP on for this client at the authority; or, if a token will do that anyone can use who gets hold of it, leave out -DPoP.",
        };

    private static DateTimeOffset? ReadEnd(JsonElement json, DateTimeOffset sent, IEventSink events)
    {
        if (!json.TryGetProperty(Words.ExpiresIn, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= 0 && seconds < (DateTimeOffset.MaxValue - sent).TotalSeconds)
        {
            return sent.AddSeconds(seconds);
        }

        if (events.IsEnabled(EventLevel.Verbose)) events.Write(new ExpiresInInvalid());
        return null;
    }

    /// <summary>A list of words (RFC 6749 section 3.3); some authorities send a JSON array.</summary>
    private static string[]? ReadScopes(JsonElement json)
    {
        if (!json.TryGetProperty(Words.Scope, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            JsonValueKind.Array => [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)],
            _ => null,
        };
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static BearerTokenException Unusable(BackchannelResponse response, string id, string what, string nextStep) =>
        new($"What {char.ToLowerInvariant(response.Sender[0])}{response.Sender[1..]} answered {what}.")
        {
            ErrorId = id,
            Kind = BearerErrorKind.InvalidData,
            StatusCode = response.Status,
            NextStep = nextStep,
        };
}
