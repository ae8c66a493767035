using System.Security;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools;

/// <summary>
/// An access token and what is known of it. It prints nothing secret: not as text, not formatted, not as JSON.
/// It converts to <see cref="SecureString"/> by itself, so that <c>-Token $t</c> works wherever a SecureString does.
/// </summary>
public sealed class AccessToken
{
    /// <summary>The type of tokens that never go into an Authorization header (RFC 8693 section 2.2.1).</summary>
    internal const string NotApplicableType = "N_A";

    private readonly Secret _value;
    private IReadOnlyDictionary<string, object?>? _claims;
    private bool _claimsRead;
    private string? _header;

    /// <summary>A token that you already have. If it is a JWT, its expiry is read from it.</summary>
    /// <param name="token">The token itself.</param>
    /// <param name="expiresOn">When it ends; by default the <c>exp</c> of a JWT (RFC 7519 section 4.1.4), else unknown.</param>
    /// <exception cref="ArgumentException">The token is empty.</exception>
    public AccessToken(SecureString token, DateTimeOffset? expiresOn = null)
        : this(Secret.From(token ?? throw new ArgumentNullException(nameof(token))), new TokenMetadata { ExpiresOn = expiresOn })
    {
    }

    private AccessToken(AccessToken token)
    {
        _value = token._value;
        Fingerprint = token.Fingerprint;
        TokenType = token.TokenType;
        Scopes = token.Scopes;
        Authority = token.Authority;
        ClientId = token.ClientId;
        Flow = token.Flow;
        IssuedTokenType = token.IssuedTokenType;
        ProofKey = token.ProofKey;
        IssuedOn = token.IssuedOn;
        ExpiresOn = token.ExpiresOn;
        Account = token.Account;
        Entry = token.Entry;
    }

    internal AccessToken(Secret value, TokenMetadata metadata)
    {
        if (value.IsEmpty) throw new ArgumentException("The token is empty: give the token's own text, without 'Bearer'.");
        _value = value;
        Fingerprint = Security.Fingerprint.Short(value.Reveal());
        TokenType = metadata.TokenType;
        // Views and logs show these, and servers and tokens supply them: a control character could steer the terminal.
        Scopes = [.. metadata.Scopes.Select(scope => ServerText.Clean(scope))];
        Authority = Cleaned(metadata.Authority);
        ClientId = Cleaned(metadata.ClientId);
        Flow = metadata.Flow;
        IssuedTokenType = Cleaned(metadata.IssuedTokenType);
        ProofKey = metadata.ProofKey;
        IssuedOn = metadata.IssuedOn;
        ExpiresOn = metadata.ExpiresOn ?? Jwt.Time(Claims, "exp");
        Account = Cleaned(metadata.Account ?? Jwt.Text(Claims, "preferred_username") ?? Jwt.Text(Claims, "upn") ?? Jwt.Text(Claims, "sub"));
    }

    /// <summary>The token, as a SecureString of your own: dispose it or not, as you like. One of the type DPoP is of no use without this session's key.</summary>
    public SecureString Token => _value.ToSecureString();

    /// <summary>When it ends, or nothing when neither the server nor the token says so.</summary>
    public DateTimeOffset? ExpiresOn { get; }

    /// <summary>When it was got, by this machine's clock, or nothing when it came from outside.</summary>
    public DateTimeOffset? IssuedOn { get; }

    /// <summary>The scopes that were granted (RFC 6749 section 3.3).</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>
    /// How it is presented, mostly <c>Bearer</c> (RFC 6749 section 7.1); <c>DPoP</c> when it is bound to a key of this session (RFC 9449);
    /// <c>N_A</c> for one that is not for APIs (RFC 8693 section 2.2.1).
    /// </summary>
    public string TokenType { get; }

    /// <summary>Who issued it: the issuer, or the address of the login or token endpoint.</summary>
    public string? Authority { get; }

    /// <summary>The client it was issued to.</summary>
    public string? ClientId { get; }

    /// <summary>The user or service it stands for, where that is known.</summary>
    public string? Account { get; }

    /// <summary>How it was got, such as <c>ClientCredentials</c> or <c>JsonLogin</c>.</summary>
    public string? Flow { get; }

    /// <summary>What kind of token a token exchange gave, such as <c>urn:ietf:params:oauth:token-type:id_token</c> (RFC 8693 section 3); else nothing.</summary>
    public string? IssuedTokenType { get; }

    /// <summary>A name for this token that tells nothing of it; the same for the same token until the process ends.</summary>
    public string Fingerprint { get; }

    /// <summary>
    /// The claims when it is a JWT (RFC 7519), else nothing. Nothing here has been verified: that is the API's task.
    /// </summary>
    public IReadOnlyDictionary<string, object?>? Claims
    {
        get
        {
            if (!_claimsRead)
            {
                _claims = Jwt.TryRead(_value.Reveal())?.Claims;
                _claimsRead = true;
            }

            return _claims;
        }
    }

    /// <summary>The entry of the cache that renews it, when it came from one.</summary>
    internal TokenEntry? Entry { get; set; }

    /// <summary>The connection that it was got for; <see langword="null"/> for a token from elsewhere.</summary>
    internal ITokenConnection? Connection { get; private init; }

    /// <summary>The key that it is bound to; nothing for a bearer token.</summary>
    internal DPoPKey? ProofKey { get; }

    /// <summary>What goes into the Authorization header (RFC 6750 section 2.1).</summary>
    /// <exception cref="BearerTokenException">It is not for APIs.</exception>
    internal string AuthorizationHeader => _header ??= IsForApis ? $"{TokenType} {_value.Reveal()}" : throw NotForApis();

    private bool IsForApis => TokenType != NotApplicableType;

    internal Secret Value => _value;

    /// <summary>The token as a SecureString, for any parameter that wants one. One that is not for APIs does not convert.</summary>
    /// <param name="token">The token.</param>
    /// <exception cref="BearerTokenException">
    /// It is bound to a key (its type is <c>DPoP</c>), which what takes a SecureString cannot prove; or it is not for APIs (<c>N_A</c>).
    /// </exception>
    public static implicit operator SecureString(AccessToken token) => ToSecureString(token);

    /// <summary>The token as a SecureString: what the implicit conversion does, by name.</summary>
    /// <param name="token">The token.</param>
    /// <returns>A SecureString of your own.</returns>
    public static SecureString ToSecureString(AccessToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.ProofKey is not null) throw token.NeedsProof();
        return token.IsForApis ? token.Token : throw token.NotForApis();
    }

    /// <summary>The fingerprint and the end, never the token.</summary>
    /// <returns>A text that is safe to print.</returns>
    public override string ToString() => ExpiresOn is { } end
        ? $"AccessToken {Fingerprint}, expires {TimeText.Of(end)}"
        : $"AccessToken {Fingerprint}";

    /// <summary>The same token as an object of its own that carries a connection.</summary>
    internal AccessToken For(ITokenConnection connection) => new(this) { Connection = connection };

    private static string? Cleaned(string? fact) => fact is null ? null : ServerText.Clean(fact);

    private BearerTokenException NeedsProof() =>
        new($"Token {Fingerprint} is bound to a key of this session (DPoP): sent by anything that cannot prove the key, it is rejected.")
        {
            ErrorId = "TokenNeedsProof",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Call the API by Invoke-BearerRequest, or get a plain bearer token without -DPoP.",
        };

    private BearerTokenException NotForApis() =>
        new($"Token {Fingerprint} is not for an API: the authority issued it as {IssuedTokenType ?? "something else than an access token"}.")
        {
            ErrorId = "TokenNotForApis",
            Kind = BearerErrorKind.Security,
            NextStep = "Hand it in where such a token is wanted, as -SubjectToken for instance; its text is in its property Token. For an API ask for -RequestedTokenType access_token.",
        };
}
