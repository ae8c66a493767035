using BearerTools.Entra;
using BearerTools.Security;
using BearerTools.Tokens;
using Microsoft.Identity.Client;

namespace BearerTools.Msal;

/// <summary>
/// Base class of the Entra ID flows: makes a new MSAL request for each token and converts MSAL's results and errors to this
/// module's types. A derived class adds its cache-key parts and the token request itself.
/// </summary>
internal abstract class EntraSource : ITokenSource
{
    private TokenKey? _key;

    protected EntraSource(EntraServices services, TokenMetadata metadata)
    {
        Services = services;
        Metadata = metadata;
    }

    /// <summary>Built on first use, when the derived class's constructor has finished.</summary>
    public TokenKey Key => _key ??= MakeKey();

    public TokenMetadata Metadata { get; }

    public abstract bool CanRenew { get; }

    /// <summary>
    /// False for flows that keep accounts: only the previous token identifies the account, so a fresh start could choose
    /// another one.
    /// </summary>
    public bool CanStartOver => CanRenew && !KeepsAccounts;

    public virtual bool HasOtherCredential => false;

    public bool TakesClaims => true;

    public virtual string? NotStorableReason => null;

    /// <summary>The origin of the API that the token is for, taken from the scopes.</summary>
    public IEnumerable<Origin> Origins => ResourceOrigin.Of(Metadata.Scopes);

    protected EntraServices Services { get; }

    /// <summary>True if the account in the response is kept and renews the token from then on.</summary>
    protected virtual bool KeepsAccounts => false;

    /// <summary>The requesting identity, as the object of <c>Entra ID refused …</c>.</summary>
    protected abstract string Requester { get; }

    public async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var request = new MsalRequest(Services, context);
        var requestedOn = Services.Time.GetUtcNow();
        try
        {
            return ToResult(await RequestTokenAsync(context.Previous, request, cancel).ConfigureAwait(false), requestedOn);
        }
        catch (Exception e) when (e is not BearerTokenException)
        {
            cancel.ThrowIfCancellationRequested();
            throw MsalErrors.Of(e, request.Http, Requester, Refused);
        }
    }

    /// <summary>
    /// Returns the error in a failed response, or <see langword="null"/> if its body is not an error of the expected form.
    /// </summary>
    protected virtual BearerTokenException? Refused(MsalHttp.Refusal refusal) =>
        EntraErrors.Read($"Entra ID refused {Requester}", refusal.Body, refusal.Status, refusal.RetryAfter);

    protected abstract Task<AuthenticationResult> RequestTokenAsync(TokenResult? previous, MsalRequest request, CancellationToken cancel);

    /// <summary>Adds the flow's own parts to the cache key.</summary>
    protected abstract void AddTo(TokenKey.Builder key);

    private TokenKey MakeKey()
    {
        var key = new TokenKey.Builder().Add("flow", $"Entra.{Metadata.Flow}");
        AddTo(key);
        return key.Build();
    }

    private TokenResult ToResult(AuthenticationResult result, DateTimeOffset requestedOn)
    {
        var token = new AccessToken(new Secret(result.AccessToken), Metadata with
        {
            TokenType = result.TokenType,
            ExpiresOn = result.ExpiresOn,
            IssuedOn = requestedOn,
            Scopes = [.. result.Scopes],
            Account = result.Account?.Username,
        });
        return new TokenResult(token) { AccountId = KeepsAccounts ? result.Account?.HomeAccountId?.Identifier : null };
    }
}
