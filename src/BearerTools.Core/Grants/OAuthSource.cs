using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>What all flows of an OAuth client have in common. A flow adds what it proves itself by, and how it asks.</summary>
internal abstract class OAuthSource : ITokenSource
{
    private readonly string _flow;
    private TokenKey? _key;

    /// <exception cref="BearerTokenException">What was given cannot be used.</exception>
    protected OAuthSource(string flow, OAuthClient client, GrantScope scope, string? account = null)
    {
        scope.Check();
        _flow = flow;
        Client = client;
        Scope = scope;
        Metadata = new TokenMetadata { Flow = flow, Authority = client.Authority, ClientId = client.ClientId, Scopes = scope.Scopes, Account = account };
    }

    /// <summary>Made when it is first asked for: by then the flow knows its part.</summary>
    public TokenKey Key => _key ??= MakeKey();

    public TokenMetadata Metadata { get; }

    public virtual bool CanRenew => true;

    public virtual bool CanStartOver => CanRenew;

    /// <summary>The APIs that the token is requested for (RFC 8707), where they are named by their https address.</summary>
    public IEnumerable<Origin> Origins => ResourceOrigin.Of(Scope.Resources);

    public ITokenAuthority Authority => Client;

    protected OAuthClient Client { get; }

    protected GrantScope Scope { get; }

    public virtual void ForgetRejection()
    {
    }

    public abstract Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel);

    /// <summary>The flow's own part of the key.</summary>
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
