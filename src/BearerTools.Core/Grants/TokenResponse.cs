using System.Globalization;
using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;
using ResponseMember = BearerTools.Grants.OAuthConstants.Response;

namespace BearerTools.Grants;

/// <summary>A successful response of a token endpoint (RFC 6749 section 5.1).</summary>
internal sealed record TokenResponse
{
    private static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        ResponseMember.AccessToken, ResponseMember.TokenType, ResponseMember.ExpiresIn, ResponseMember.RefreshToken, ResponseMember.IdToken,
        ResponseMember.Scope, ResponseMember.IssuedTokenType,
    };

    public required Secret AccessToken { get; init; }
    public required string TokenType { get; init; }
    public required DateTimeOffset IssuedOn { get; init; }
    public DateTimeOffset? ExpiresOn { get; init; }

    /// <summary>The granted scopes; <see langword="null"/> if they equal the requested ones.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }
    public Secret? RefreshToken { get; init; }
    public Secret? IdToken { get; init; }

    /// <summary>The members that are not among these.</summary>
    public AdditionalMembers Additional { get; init; } = AdditionalMembers.None;

    /// <summary>The key that the token is bound to, or <see langword="null"/>.</summary>
    public DPoPKey? ProofKey { get; init; }
    /// <summary>The token type that a token exchange issued (RFC 8693 section 2.2.1).</summary>
    public string? IssuedTokenType { get; init; }

    /// <param name="response">The response, already checked for errors.</param>
    /// <param name="sent">The time when the request was sent; lifetimes are counted from here.</param>
    /// <param name="proofKey">The key that the request proved, to which the token must be bound; <see langword="null"/> without
    /// DPoP.</param>
    /// <param name="takesAnyType">True if the user says how the token is sent, so that its type does not matter.</param>
    /// <param name="events">Receives diagnostic events.</param>
    /// <exception cref="BearerTokenException">The response contains no token, or an unusable one.</exception>
    public static TokenResponse Read(
        BackchannelResponse response, DateTimeOffset sent, DPoPKey? proofKey, bool takesAnyType, IEventSink events)
    {
        var json = response.ReadJson();
        if (Text(json, ResponseMember.AccessToken) is not { Length: > 0 } value)
            throw WithoutToken(response, json);
        var token = new Secret(value);
        if (!TokenText.IsSendable(value))
            throw Unusable(response, "TokenMalformed", "contains an access token with characters that are not allowed in a header",
                "Report this to the authority's operator.");
        var type = ReadType(response, json, proofKey is not null, takesAnyType, events);
        return new TokenResponse
        {
            AccessToken = token,
            TokenType = type,
            ProofKey = type == DPoPKey.TokenType ? proofKey : null,
            IssuedOn = sent,
            // The lifetime first: it needs no clock. The time in a JWT is one of the authority's clock.
            ExpiresOn = ReadEnd(json, sent, events) ?? EndOf(value, sent, response),
            Scopes = ReadScopes(json),
            RefreshToken = Text(json, ResponseMember.RefreshToken) is { Length: > 0 } refresh ? new Secret(refresh) : null,
            IdToken = Text(json, ResponseMember.IdToken) is { Length: > 0 } id ? new Secret(id) : null,
            IssuedTokenType = Text(json, ResponseMember.IssuedTokenType),
            Additional = AdditionalMembers.Read(json, s_known.Contains, SecretMembers.Include),
        };
    }

    /// <param name="requested">Fills in what the response omits.</param>
    public AccessToken ToToken(TokenMetadata requested) => new(AccessToken, requested with
    {
        TokenType = TokenType,
        IssuedOn = IssuedOn,
        ExpiresOn = ExpiresOn,
        Scopes = Scopes ?? requested.Scopes,
        ProofKey = ProofKey,
        Additional = Additional,
        IssuedTokenType = IssuedTokenType is null ? null : ServerText.Clean(IssuedTokenType, 200),
    });

    /// <summary>
    /// Reads the token type. A token of an unknown type must not be used (RFC 6749 section 7.1); a missing type means
    /// Bearer.
    /// </summary>
    private static string ReadType(
        BackchannelResponse response, JsonElement json, bool requiresBinding, bool takesAnyType, IEventSink events)
    {
        // A refresh token is not an access token, whatever token_type says.
        var issued = Text(json, ResponseMember.IssuedTokenType);
        if (TokenTypeName.IsRefreshToken(issued)) return OAuthConstants.TokenType.NotApplicable;
        var type = Text(json, ResponseMember.TokenType);
        if (issued is not null && Is(type, OAuthConstants.TokenType.NotApplicable)) return OAuthConstants.TokenType.NotApplicable;
        if (requiresBinding) return Is(type, DPoPKey.TokenType) ? DPoPKey.TokenType : throw Downgrade(response, type);
        if (type is null)
        {
            if (events.IsEnabled(EventLevel.Verbose)) events.Write(new TokenTypeMissing());
            return OAuthConstants.TokenType.Bearer;
        }

        if (OAuthConstants.TokenType.BearerAliases.Contains(type, StringComparer.OrdinalIgnoreCase)) return OAuthConstants.TokenType.Bearer;
        if (takesAnyType && TokenText.IsSendable(type) && !Is(type, DPoPKey.TokenType) && !Is(type, OAuthConstants.TokenType.NotApplicable))
            return type;
        throw Unusable(response, "UnknownTokenType",
            $"contains a token of the unsupported type '{response.WithoutSecrets(ServerText.Clean(type, 60))}'",
            Is(type, DPoPKey.TokenType)
                ? "Request it with -DPoP: then it is bound to a key of this session that each request proves."
                : "Configure the client at the authority to get bearer tokens; or say with -TokenScheme, -SendTokenInHeader or "
                    + "-SendTokenInCookie how the API takes this one.");
    }

    /// <summary>The error for a response without a token, or with one that is empty or no text.</summary>
    private static BearerTokenException WithoutToken(BackchannelResponse response, JsonElement json)
    {
        const string name = ResponseMember.AccessToken;
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            ? Unusable(response, "TokenMissing", $"has an '{name}' that is {(value.ValueKind switch
            {
                JsonValueKind.String => "empty",
                JsonValueKind.Null => "null",
                JsonValueKind.Number => "a number",
                _ => "no text",
            })}", "The authority issued no token: report this to its operator.")
            : Unusable(response, "TokenMissing", $"contains no '{name}', only {JsonPath.Names(json)}",
                "Check that the address is a token endpoint.");
    }

    private static bool Is(string? type, string known) => string.Equals(type, known, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The error for an unbound token: an authority without DPoP support ignores the proof and issues a token that anyone
    /// who has it can use.
    /// </summary>
    private static BearerTokenException Downgrade(BackchannelResponse response, string? type) =>
        new($"{response.Sender} returned a token of "
            + (type is null ? "no type" : $"the type '{response.WithoutSecrets(ServerText.Clean(type, 60))}'")
            + " instead of one bound to this session's key (DPoP). The token was not used.")
        {
            ErrorId = "DPoPDowngrade",
            Kind = BearerErrorKind.Security,
            StatusCode = response.Status,
            NextStep = "Enable DPoP for this client at the authority; or omit -DPoP to accept a token that anyone who obtains it can use.",
        };

    private static DateTimeOffset? ReadEnd(JsonElement json, DateTimeOffset sent, IEventSink events)
    {
        if (!json.TryGetProperty(ResponseMember.ExpiresIn, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= 0 && seconds < (DateTimeOffset.MaxValue - sent).TotalSeconds)
        {
            return sent.AddSeconds(seconds);
        }

        if (events.IsEnabled(EventLevel.Verbose)) events.Write(new ExpiresInInvalid());
        return null;
    }

    private static DateTimeOffset? EndOf(string token, DateTimeOffset sent, BackchannelResponse response) =>
        Jwt.Time(Jwt.TryRead(token)?.Claims, "exp") is { } end ? ServerClock.ToLocal(end, sent, response.Headers) : null;

    /// <summary>
    /// Reads the scopes: a space-separated list (RFC 6749 section 3.3); some authorities send a JSON array.
    /// </summary>
    private static string[]? ReadScopes(JsonElement json)
    {
        if (!json.TryGetProperty(ResponseMember.Scope, out var value)) return null;
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
        new($"The response of {BackchannelErrors.InSentence(response.Sender)} {what}.")
        {
            ErrorId = id,
            Kind = BearerErrorKind.InvalidData,
            StatusCode = response.Status,
            NextStep = nextStep,
        };
}
