using BearerTools.Diagnostics;
using BearerTools.Tokens;
using Words = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>One token for another (RFC 8693): for another audience, or to act for someone.</summary>
internal sealed class TokenExchangeSource : OAuthSource
{
    public const string Flow = "TokenExchange";

    private readonly TokenExchangeOptions _options;

    /// <exception cref="BearerTokenException">What was given cannot be used.</exception>
    public TokenExchangeSource(OAuthClient client, TokenExchangeOptions options, GrantScope scope) : base(Flow, client, scope) =>
        _options = options with
        {
            SubjectType = TokenTypeName.Full(options.SubjectType),
            ActorType = TokenTypeName.Full(options.ActorType),
            RequestedType = options.RequestedType is { } requested ? TokenTypeName.Full(requested) : null,
        };

    public override async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var events = context.Events;
        var endpoint = await Client.ConnectAsync(events, cancel).ConfigureAwait(false);
        if (await RefreshTokenRequest.TryAsync(endpoint, context.Previous, Scope, Metadata, events, cancel).ConfigureAwait(false) is { } refreshed) return refreshed;

        var subject = await _options.Subject.ReadAsync(events, cancel).ConfigureAwait(false);
        List<KeyValuePair<string, string>> form =
        [
            new(Words.GrantType, OAuthConstants.Grant.TokenExchange),
            new(Words.SubjectToken, subject.Reveal()),
            new(Words.SubjectTokenType, _options.SubjectType),
        ];
        if (_options.Actor is { } actor)
        {
            form.Add(new(Words.ActorToken, (await actor.ReadAsync(events, cancel).ConfigureAwait(false)).Reveal()));
            form.Add(new(Words.ActorTokenType, _options.ActorType));
        }

        if (_options.RequestedType is { } requested) form.Add(new(Words.RequestedTokenType, requested));
        form.AddRange(_options.Audiences.Select(audience => new KeyValuePair<string, string>(Words.Audience, audience)));
        var response = await endpoint.RequestAsync([.. form, .. Scope.ToParameters()], events, cancel).ConfigureAwait(false);

        // An authority may issue another type than the one that was asked for, and says so (section 2.2.1).
        if (events.IsEnabled(EventLevel.Verbose) && Flaw(response) is { } flaw) events.Write(flaw);
        return new TokenResult(response.ToToken(Metadata), response.RefreshToken);
    }

    private ResponseFlaw? Flaw(TokenResponse response) => response.IssuedTokenType is not { } issued ? new IssuedTokenTypeMissing()
        : _options.RequestedType is not null && issued != _options.RequestedType ? new IssuedTokenTypeDiffers(issued)
        : null;

    protected override void AddTo(TokenKey.Builder key) =>
        key.AddIdentifyingSecret("subject", _options.Subject.First, _options.Subject.Text).Add("subject_type", _options.SubjectType)
            .AddIdentifyingSecret("actor", _options.Actor?.First, _options.Actor?.Text).Add("actor_type", _options.ActorType)
            .Add("requested_type", _options.RequestedType)
            .AddSet("audience", _options.Audiences);
}

/// <summary>What is exchanged, and for what.</summary>
internal sealed record TokenExchangeOptions
{
    /// <summary>Whom the new token stands for.</summary>
    public required TokenReference Subject { get; init; }

    /// <summary>A name of <see cref="TokenTypeName"/>.</summary>
    public string SubjectType { get; init; } = TokenTypeName.AccessToken;

    /// <summary>Who acts for the subject.</summary>
    public TokenReference? Actor { get; init; }

    public string ActorType { get; init; } = TokenTypeName.AccessToken;

    public string? RequestedType { get; init; }

    /// <summary>The names by which the authority knows the services that the token is for; may be several.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];
}
