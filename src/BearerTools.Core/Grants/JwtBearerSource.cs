using BearerTools.Tokens;
using Words = BearerTools.Grants.OAuthConstants.Parameter;

namespace BearerTools.Grants;

/// <summary>A token by an assertion that says whom it is for (RFC 7523 section 2.1): one from elsewhere, or one signed here.</summary>
internal sealed class JwtBearerSource : OAuthSource
{
    public const string Flow = "JwtBearer";

    private readonly GrantAssertion _assertion;
    private readonly GrantScope _asked;

    /// <exception cref="BearerTokenException">What was given cannot be used.</exception>
    public JwtBearerSource(OAuthClient client, GrantAssertion assertion, GrantScope scope) : base(Flow, client, scope, assertion.Account)
    {
        _assertion = assertion;
        _asked = assertion.HoldsScopes ? scope with { Scopes = [] } : scope;
    }

    public override async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var events = context.Events;
        var endpoint = await Client.ConnectAsync(events, cancel).ConfigureAwait(false);
        if (await RefreshTokenRequest.TryAsync(endpoint, context.Previous, _asked, Metadata, events, cancel).ConfigureAwait(false) is { } refreshed) return refreshed;
        var assertion = await _assertion.MakeAsync(endpoint, events, cancel).ConfigureAwait(false);
        var response = await endpoint.RequestAsync(
            [new(Words.GrantType, OAuthConstants.Grant.JwtBearer), new(Words.Assertion, assertion.Reveal()), .. _asked.ToParameters()], events, cancel).ConfigureAwait(false);
        return new TokenResult(response.ToToken(Metadata), response.RefreshToken);
    }

    protected override void AddTo(TokenKey.Builder key) => _assertion.AddTo(key);
}
