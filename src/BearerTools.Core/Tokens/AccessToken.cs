using System.Security;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools;

/// <summary>
/// An access token and its metadata. It never prints the token: not as text, not formatted, not as JSON. It converts implicitly to
/// <see cref="SecureString"/>, so that <c>-Token $t</c> works with every cmdlet that takes a SecureString.
/// </summary>
public sealed class AccessToken
{
    /// <summary>Token type of tokens that are not for an Authorization header (RFC 8693 section 2.2.1).</summary>
    internal const string NotApplicableType = "N_A";

    private readonly Secret _value;
    private IReadOnlyDictionary<string, object?>? _claims;
    private bool _claimsRead;
    private readonly AdditionalMembers _additional;
    private string? _header;

    /// <summary>Creates an access token from a token that you already have. If it is a JWT, its expiry time is read from it.</summary>
    /// <param name="token">The token.</param>
    /// <param name="expiresOn">Expiry time (default: the <c>exp</c> claim of a JWT, RFC 7519 section 4.1.4; else unknown).</param>
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
        _additional = token._additional;
        Entry = token.Entry;
    }

    internal AccessToken(Secret value, TokenMetadata metadata)
    {
        if (value.IsEmpty) throw new ArgumentException("The token is empty. Pass the text of the token, without 'Bearer'.");
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
        _additional = metadata.Additional;
        IssuedOn = metadata.IssuedOn;
        ExpiresOn = metadata.ExpiresOn ?? Jwt.Time(Claims, "exp");
        Account = Cleaned(metadata.Account ?? Jwt.Text(Claims, "preferred_username") ?? Jwt.Text(Claims, "upn") ?? Jwt.Text(Claims, "sub"));
    }

    /// <summary>
    /// A copy of the token as a SecureString. You may dispose it. A token of the type DPoP is only usable with the key of this session.
    /// </summary>
    public SecureString Token => _value.ToSecureString();

    /// <summary>Expiry time, or <see langword="null"/> if neither the server nor the token states one.</summary>
    public DateTimeOffset? ExpiresOn { get; }

    /// <summary>
    /// Time when the token was received, by the local clock, or <see langword="null"/> if it was not requested in this process.
    /// </summary>
    public DateTimeOffset? IssuedOn { get; }

    /// <summary>The granted scopes (RFC 6749 section 3.3).</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>
    /// Token type, usually <c>Bearer</c> (RFC 6749 section 7.1). <c>DPoP</c> means bound to a key of this session (RFC 9449); <c>N_A</c>
    /// means not for APIs (RFC 8693 section 2.2.1).
    /// </summary>
    public string TokenType { get; }

    /// <summary>Issuer of the token, or the address of the login or token endpoint.</summary>
    public string? Authority { get; }

    /// <summary>The client that the token was issued to.</summary>
    public string? ClientId { get; }

    /// <summary>The user or service that the token stands for, or <see langword="null"/> if unknown.</summary>
    public string? Account { get; }

    /// <summary>The flow that the token was obtained with, such as <c>ClientCredentials</c> or <c>JsonLogin</c>.</summary>
    public string? Flow { get; }

    /// <summary>
    /// Type of a token from a token exchange, such as <c>urn:ietf:params:oauth:token-type:id_token</c> (RFC 8693 section 3); else
    /// <see langword="null"/>.
    /// </summary>
    public string? IssuedTokenType { get; }

    /// <summary>
    /// The other members of the token response or login response, such as <c>instance_url</c>. Values whose names suggest a secret are
    /// replaced by <c>***</c>.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Additional => _additional.Values;

    /// <summary>
    /// Keyed fingerprint; identifies the token in logs without revealing it. It is the same for the same token until the process ends.
    /// </summary>
    public string Fingerprint { get; }

    /// <summary>
    /// The claims of a JWT (RFC 7519), else <see langword="null"/>. They are not verified: that is the API's task.
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

    /// <summary>The cache entry that renews the token, or <see langword="null"/>.</summary>
    internal TokenEntry? Entry { get; set; }

    /// <summary>The connection that the token was requested for, or <see langword="null"/> for a token from elsewhere.</summary>
    internal ITokenConnection? Connection { get; private init; }

    /// <summary>The key that the token is bound to, or <see langword="null"/> for a bearer token.</summary>
    internal DPoPKey? ProofKey { get; }

    /// <summary>Value of the Authorization header (RFC 6750 section 2.1).</summary>
    /// <exception cref="BearerTokenException">The token is not for APIs.</exception>
    internal string AuthorizationHeader => _header ??= $"{TokenType} {SendableText}";

    /// <summary>The other members of the response, for a store.</summary>
    internal AdditionalMembers AdditionalMembers => _additional;

    /// <summary>The token itself, for an API that takes it in another form.</summary>
    /// <exception cref="BearerTokenException">The token is not for APIs.</exception>
    internal string SendableText => IsForApis ? _value.Reveal() : throw NotForApis();

    private bool IsForApis => TokenType != NotApplicableType;

    internal Secret Value => _value;

    /// <summary>
    /// Converts the token to a SecureString, for any parameter of that type. A token that is not for APIs does not convert.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <exception cref="BearerTokenException">
    /// The token is bound to a key (type <c>DPoP</c>), which receivers of a SecureString cannot prove; or it is not for APIs (<c>N_A</c>).
    /// </exception>
    public static implicit operator SecureString(AccessToken token) => ToSecureString(token);

    /// <summary>Converts the token to a SecureString; the named form of the implicit conversion.</summary>
    /// <param name="token">The token.</param>
    /// <returns>A copy, which you may dispose.</returns>
    public static SecureString ToSecureString(AccessToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.ProofKey is not null) throw token.NeedsProof();
        return token.IsForApis ? token.Token : throw token.NotForApis();
    }

    /// <summary>The fingerprint and the expiry time, never the token.</summary>
    /// <returns>Text that is safe to print.</returns>
    public override string ToString() => ExpiresOn is { } end
        ? $"AccessToken {Fingerprint}, expires {TimeText.Of(end)}"
        : $"AccessToken {Fingerprint}";

    /// <summary>A copy of this token that carries a connection.</summary>
    internal AccessToken For(ITokenConnection connection) => new(this) { Connection = connection };

    private static string? Cleaned(string? fact) => fact is null ? null : ServerText.Clean(fact);

    private BearerTokenException NeedsProof() =>
        new($"Token {Fingerprint} is bound to a key of this session (DPoP). An API rejects it if the sender cannot prove the key.")
        {
            ErrorId = "TokenNeedsProof",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Call the API with Invoke-BearerRequest, or request a plain bearer token without -DPoP.",
        };

    private BearerTokenException NotForApis() =>
        new($"Token {Fingerprint} is not for an API: the authority issued it as {IssuedTokenType ?? "another type of token"}.")
        {
            ErrorId = "TokenNotForApis",
            Kind = BearerErrorKind.Security,
            NextStep = "Use it where such a token is expected, such as with -SubjectToken; its Token property contains the text. For an "
                + "API, request -RequestedTokenType access_token.",
        };
}
