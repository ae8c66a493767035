using BearerTools.Entra;
using BearerTools.Security;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>
/// What all ways through MSAL have in common: a request of its own for each token, its result as a token of this module,
/// its errors as errors of this module. A way adds what it is known by, and how it asks.
/// </summary>
internal abstract class EntraSource : ITokenSource
{
    private TokenKey? _key;

    protected EntraSource(EntraServices services, TokenMetadata metadata)
    {
        Services = services;
        Metadata = metadata;
    }

    /// <summary>Made when it is first asked for: by then the way knows its part.</summary>
    public TokenKey Key => _key ??= MakeKey();

    public TokenMetadata Metadata { get; }

    public abstract bool CanRenew { get; }

    /// <summary>The account that was chosen at first must stay the one: it is known by the last token only.</summary>
    public bool CanStartOver => CanRenew && !KeepsAccounts;

    public bool TakesClaims => true;

    /// <summary>The API that the token is for: Entra ID's scopes begin with it.</summary>
    public IEnumerable<Origin> Origins => ResourceOrigin.Of(Metadata.Scopes);

    protected EntraServices Services { get; }

    /// <summary>Whether the account of an answer is kept, and renews the token from then on.</summary>
    protected virtual bool KeepsAccounts => false;

    /// <summary>Who asks, for errors: the object of <c>Entra ID refused …</c>.</summary>
    protected abstract string Asker { get; }

    public async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var request = new MsalRequest(Services, context);
        var asked = Services.Time.GetUtcNow();
        try
        {
            return ApiResponse(await AskAsync(context.Previous, request, cancel).ConfigureAwait(false), asked);
        }
        catch (Exception e) when (e is not BearerTokenException)
        {
            cancel.ThrowIfCancellationRequested();
            throw MsalErrors.Of(e, request.Http, Asker, Refused);
        }
    }

    /// <summary>The error that an answer is, if it is one of the kind that this way gets.</summary>
    protected virtual BearerTokenException? Refused(MsalHttp.Refusal refusal) =>
        EntraErrors.Read($"Entra ID refused {Asker}", refusal.Body, refusal.Status, refusal.RetryAfter);

    protected abstract Task<AuthenticationResult> AskAsync(TokenResult? previous, MsalRequest request, CancellationToken cancel);

    /// <summary>The way's own part of the key.</summary>
    protected abstract void AddTo(TokenKey.Builder key);

    private TokenKey MakeKey()
    {
        var key = new TokenKey.Builder().Add("flow", $"Entra.{Metadata.Flow}");
        AddTo(key);
        return key.Build();
    }

    private TokenResult ApiResponse(AuthenticationResult result, DateTimeOffset asked)
    {
        var token = new AccessToken(new Secret(result.AccessToken), Metadata with
        {
            TokenType = result.TokenType,
            ExpiresOn = result.ExpiresOn,
            IssuedOn = asked,
            Scopes = [.. result.Scopes],
            Account = result.Account?.Username,
        });
        return new TokenResult(token) { AccountId = KeepsAccounts ? result.Account?.HomeAccountId?.Identifier : null };
    }
}
