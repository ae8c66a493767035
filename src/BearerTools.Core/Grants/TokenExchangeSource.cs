using BearerTools.Diagnostics;
using BearerTools.Tokens;
using Parameter = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>Exchanges a token for another (RFC 8693): for another audience, or to act on someone's behalf.</summary>
internal sealed class TokenExchangeSource : OAuthSource
{
    public const string Flow = "TokenExchange";

    private readonly TokenExchangeOptions _options;

    /// <exception cref="BearerTokenException">The options are invalid.</exception>
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
        var refreshed = await RefreshTokenRequest.TryAsync(
            endpoint, context.Previous, Scope, Metadata, events, cancel).ConfigureAwait(false);
        if (refreshed is not null) return refreshed;

        var subject = await _options.Subject.ReadAsync(events, cancel).ConfigureAwait(false);
        List<KeyValuePair<string, string>> form =
        [
            new(Parameter.GrantType, OAuthConstants.Grant.TokenExchange),
            new(Parameter.SubjectToken, subject.Reveal()),
            new(Parameter.SubjectTokenType, _options.SubjectType),
        ];
        if (_options.Actor is { } actor)
        {
            form.Add(new(Parameter.ActorToken, (await actor.ReadAsync(events, cancel).ConfigureAwait(false)).Reveal()));
            form.Add(new(Parameter.ActorTokenType, _options.ActorType));
        }

        if (_options.RequestedType is { } requested) form.Add(new(Parameter.RequestedTokenType, requested));
        form.AddRange(_options.Audiences.Select(audience => new KeyValuePair<string, string>(Parameter.Audience, audience)));
        var response = await endpoint.RequestAsync([.. form, .. Scope.ToParameters()], events, cancel).ConfigureAwait(false);

        // An authority may issue another token type than requested, and reports it (section 2.2.1).
        if (events.IsEnabled(EventLevel.Verbose) && Flaw(response) is { } flaw) events.Write(flaw);
        return new TokenResult(response.ToToken(Metadata), response.RefreshToken);
    }

    public override bool HasOtherCredential => _options.Subject.HasChanged || _options.Actor is { HasChanged: true };

    private ResponseFlaw? Flaw(TokenResponse response) => response.IssuedTokenType is not { } issued ? new IssuedTokenTypeMissing()
        : _options.RequestedType is not null && issued != _options.RequestedType ? new IssuedTokenTypeDiffers(issued)
        : null;

    protected override void AddTo(TokenKey.Builder key) =>
        key.AddIdentifyingSecret("subject", _options.Subject.First, _options.Subject.Place).Add("subject_type", _options.SubjectType)
            .AddIdentifyingSecret("actor", _options.Actor?.First, _options.Actor?.Place).Add("actor_type", _options.ActorType)
            .Add("requested_type", _options.RequestedType)
            .AddSet("audience", _options.Audiences);
}

/// <summary>Options of a token exchange.</summary>
internal sealed record TokenExchangeOptions
{
    /// <summary>The token of the subject that the new token represents.</summary>
    public required TokenReference Subject { get; init; }

    /// <summary>A name of <see cref="TokenTypeName"/>.</summary>
    public string SubjectType { get; init; } = TokenTypeName.AccessToken;

    /// <summary>The token of the party that acts for the subject, or <see langword="null"/>.</summary>
    public TokenReference? Actor { get; init; }

    public string ActorType { get; init; } = TokenTypeName.AccessToken;

    public string? RequestedType { get; init; }

    /// <summary>The target services, by the names that the authority uses.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];
}
