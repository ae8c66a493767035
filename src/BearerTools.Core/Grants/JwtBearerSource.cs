using BearerTools.Tokens;
using Parameter = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>
/// Gets a token with a JWT assertion that identifies the subject (RFC 7523 section 2.1), supplied by the user or signed
/// here.
/// </summary>
internal sealed class JwtBearerSource : OAuthSource
{
    public const string Flow = "JwtBearer";

    private readonly GrantAssertion _assertion;
    private readonly GrantScope _requested;

    /// <exception cref="BearerTokenException">The options are invalid.</exception>
    public JwtBearerSource(OAuthClient client, GrantAssertion assertion, GrantScope scope) : base(Flow, client, scope, assertion.Account)
    {
        _assertion = assertion;
        _requested = assertion.HoldsScopes ? scope with { Scopes = [] } : scope;
    }

    public override async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var events = context.Events;
        var endpoint = await Client.ConnectAsync(events, cancel).ConfigureAwait(false);
        var refreshed = await RefreshTokenRequest.TryAsync(endpoint, context.Previous, _requested, Metadata, events, cancel)
            .ConfigureAwait(false);
        if (refreshed is not null) return refreshed;
        var assertion = await _assertion.MakeAsync(endpoint, events, cancel).ConfigureAwait(false);
        var response = await endpoint.RequestAsync(
            [
                new(Parameter.GrantType, OAuthConstants.Grant.JwtBearer),
                new(Parameter.Assertion, assertion.Reveal()),
                .. _requested.ToParameters(),
            ],
            events, cancel).ConfigureAwait(false);
        return new TokenResult(response.ToToken(Metadata), response.RefreshToken);
    }

    public override bool HasOtherCredential => _assertion.HasChanged;

    protected override void AddTo(TokenKey.Builder key) => _assertion.AddTo(key);
}
