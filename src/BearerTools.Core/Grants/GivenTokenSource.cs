using System.Globalization;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Provides a token that the user supplies: a value, or a place such as <c>env:NAME</c> or <c>file:PATH</c> that another
/// process keeps up to date.
/// </summary>
internal sealed class GivenTokenSource : ITokenSource
{
    public const string Flow = "GivenToken";

    private readonly SecretReference _reference;
    private readonly TokenReference _token;
    private readonly TimeProvider _time;

    /// <exception cref="BearerTokenException">The place does not contain a token.</exception>
    public GivenTokenSource(SecretReference token, TimeProvider time, DateTimeOffset? expiresOn = null)
        : this(token, time, new TokenMetadata { Flow = Flow, ExpiresOn = expiresOn })
    {
    }

    /// <summary>Uses a token value with its expiry time and the key that it may be bound to.</summary>
    /// <exception cref="BearerTokenException">The value is not a valid token.</exception>
    public GivenTokenSource(AccessToken token, TimeProvider time)
        : this(
            SecretReference.To(token.Value), time,
            new TokenMetadata
            {
                Flow = Flow, Account = token.Account, ExpiresOn = token.ExpiresOn, TokenType = token.TokenType, ProofKey = token.ProofKey,
            })
    {
    }

    private GivenTokenSource(SecretReference token, TimeProvider time, TokenMetadata metadata)
    {
        _reference = token;
        _time = time;
        Metadata = metadata;
        _token = new TokenReference(token);
        Key = new TokenKey.Builder()
            .Add("flow", Flow)
            .Add("token_type", metadata.TokenType)
            .Add("dpop", metadata.ProofKey?.Thumbprint)
            .Add("expires", metadata.ExpiresOn?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))
            .AddIdentifyingSecret("token", _token.First is { } first ? Checked(first) : null, token.Place)
            .Build();
    }

    public TokenKey Key { get; }

    public TokenMetadata Metadata { get; }

    public bool CanRenew => _reference.CanChange;

    public bool CanStartOver => true;

    public bool HasOtherCredential => _token.HasChanged;

    public IEnumerable<Origin> Origins => [];

    public string? Place => _reference.Shown;

    public bool IsGiven => true;

    private string Token => _reference.Shown is { } place ? $"the token in {place}" : "the supplied token";

    public Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (_reference.Shown is { } place && context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new GivenTokenRead(place));
        var token = new AccessToken(Checked(_token.Read()), Metadata);
        if (token.ExpiresOn is not { } end || end > _time.GetUtcNow()) return Task.FromResult(new TokenResult(token));
        var isSame = context.Previous?.Token.Fingerprint == token.Fingerprint;
        throw new BearerTokenException($"{(isSame ? "There is no new token" : "The token has expired")}: "
            + $"{Token} expired at {TimeText.Of(end)}.")
        {
            ErrorId = "TokenExpired",
            NextStep = CanRenew ? "Put a new token there; it is read again for the next request." : "Get a new token and pass that one.",
        };
    }

    private Secret Checked(Secret token)
    {
        if (TokenText.IsSendable(token.Reveal())) return token;
        throw new BearerTokenException($"The value is not a valid token: {Token} is empty, or contains spaces or characters that are not "
            + "allowed in a header.")
        {
            ErrorId = "TokenMalformed",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Pass the token itself, with or without the prefix 'Bearer'.",
        };
    }
}
