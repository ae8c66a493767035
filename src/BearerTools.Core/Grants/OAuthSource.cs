using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>Base class of the OAuth flows. A derived class adds its cache-key parts and the token request itself.</summary>
internal abstract class OAuthSource : ITokenSource
{
    private readonly string _flow;
    private TokenKey? _key;

    /// <exception cref="BearerTokenException">The options are invalid.</exception>
    protected OAuthSource(string flow, OAuthClient client, GrantScope scope, string? account = null)
    {
        scope.Check();
        _flow = flow;
        Client = client;
        Scope = scope;
        Secrets =
        [
            .. scope.AdditionalParameters.Where(parameter => SecretNames.Include(parameter.Key))
                .Select(parameter => new Secret(parameter.Value)),
            .. scope.SecretParameters.Select(parameter => parameter.Value),
        ];
        Metadata = new TokenMetadata
        {
            Flow = flow,
            Authority = client.Authority,
            ClientId = client.ClientId.Length == 0 ? null : client.ClientId,
            Scopes = scope.Scopes,
            Account = account,
            ProofKey = client.ProofKey,
        };
    }

    /// <summary>Built on first use, when the derived class's constructor has finished.</summary>
    public TokenKey Key => _key ??= MakeKey();

    public TokenMetadata Metadata { get; }

    public virtual bool CanRenew => true;

    public virtual bool CanStartOver => CanRenew;

    public virtual bool HasOtherCredential => false;

    /// <summary>The origins of the requested resources (RFC 8707) that are https addresses.</summary>
    public IEnumerable<Origin> Origins => ResourceOrigin.Of(Scope.Resources);

    public ITokenAuthority Authority => Client;

    /// <summary>The secrets among the additional parameters. Held here so that redaction recognises them.</summary>
    public IReadOnlyList<Secret> Secrets { get; }

    protected OAuthClient Client { get; }

    protected GrantScope Scope { get; }

    public virtual void ForgetRejection()
    {
    }

    public abstract Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel);

    /// <summary>Adds the flow's own parts to the cache key.</summary>
    protected abstract void AddTo(TokenKey.Builder key);

    private TokenKey MakeKey()
    {
        var key = new TokenKey.Builder().Add("flow", _flow);
        AddTo(key);
        Client.AddTo(key);
        Scope.AddTo(key);
        return key.Build();
    }
}
