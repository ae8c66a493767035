using System.Globalization;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// A token that the user has: in hand, or in a place (<c>env:NAME</c>, <c>file:PATH</c>) where something else puts a new one in time.
/// </summary>
internal sealed class GivenTokenSource : ITokenSource
{
    public const string Flow = "GivenToken";

    private readonly SecretReference _reference;
    private readonly TimeProvider _time;

    /// <exception cref="BearerTokenException">There is no token there.</exception>
    public GivenTokenSource(SecretReference token, TimeProvider time, DateTimeOffset? expiresOn = null)
        : this(token, time, new TokenMetadata { Flow = Flow, ExpiresOn = expiresOn })
    {
    }

    /// <summary>A token in hand, which stays what it is: when it ends, and the key that it may be bound to.</summary>
    /// <exception cref="BearerTokenException">It is none.</exception>
    public GivenTokenSource(AccessToken token, TimeProvider time)
        : this(SecretReference.To(token.Value), time, new TokenMetadata { Flow = Flow, ExpiresOn = token.ExpiresOn, TokenType = token.TokenType, ProofKey = token.ProofKey })
    {
    }

    private GivenTokenSource(SecretReference token, TimeProvider time, TokenMetadata metadata)
    {
        _reference = token;
        _time = time;
        Metadata = metadata;
        Key = new TokenKey.Builder()
            .Add("flow", Flow)
            .Add("token_type", metadata.TokenType)
            .Add("dpop", metadata.ProofKey?.Thumbprint)
            .Add("expires", metadata.ExpiresOn?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))
            .AddIdentifyingSecret("token", Read(), token.Text)
            .Build();
    }

    public TokenKey Key { get; }

    public TokenMetadata Metadata { get; }

    public bool CanRenew => _reference.CanChange;

    public bool CanStartOver => true;

    public IEnumerable<Origin> Origins => [];

    private string Token => _reference.Text is { } place ? $"the token in {place}" : "the token that was given";

    public Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (_reference.Text is { } place && context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new GivenTokenRead(place));
        var token = new AccessToken(Read(), Metadata);
        if (token.ExpiresOn is not { } end || end > _time.GetUtcNow()) return Task.FromResult(new TokenResult(token));
        var isSame = context.Previous?.Token.Fingerprint == token.Fingerprint;
        throw new BearerTokenException($"{(isSame ? "There is no new token" : "The token has expired")}: {Token} ended at {TimeText.Of(end)}.")
        {
            ErrorId = "TokenExpired",
            NextStep = CanRenew ? "Put a new token there; it is read again the next time." : "Get a new token and give that one.",
        };
    }

    private Secret Read()
    {
        var token = new Secret(TokenText.Strip(_reference.Read().Reveal()));
        if (TokenText.IsSendable(token.Reveal())) return token;
        throw new BearerTokenException($"What should be a token is none: {Token} is empty, or has spaces or characters that no header can carry.")
        {
            ErrorId = "TokenMalformed",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Give the token's own text, with or without 'Bearer' before it.",
        };
    }
}
