using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;

namespace BearerTools.Cmdlets;

/// <summary>One token for another (RFC 8693): for another API, or to act for someone.</summary>
public abstract partial class TokenFlowCommand
{
    private const string TokenExchangeSet = "TokenExchange";
    private const string TokenExchangeFromSet = "TokenExchangeFrom";

    /// <summary>The token of whom the new one stands for. One that Get-BearerToken gave is kept fresh.</summary>
    [Parameter(ParameterSetName = TokenExchangeSet, Mandatory = true)]
    [AccessTokenTransformation]
    public AccessToken SubjectToken { get; set; } = null!;

    /// <summary>Where that token is: env:NAME or file:PATH. It is read again for each request.</summary>
    [Parameter(ParameterSetName = TokenExchangeFromSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string SubjectTokenFrom { get; set; } = string.Empty;

    /// <summary>What kind of token it is: access_token, refresh_token, id_token, saml1, saml2, jwt, or the whole name of another.</summary>
    [Parameter(ParameterSetName = TokenExchangeSet)]
    [Parameter(ParameterSetName = TokenExchangeFromSet)]
    [ValidateNotNullOrEmpty]
    public string SubjectTokenType { get; set; } = TokenTypeName.AccessToken;

    /// <summary>The token of who acts for the subject.</summary>
    [Parameter(ParameterSetName = TokenExchangeSet)]
    [Parameter(ParameterSetName = TokenExchangeFromSet)]
    [AccessTokenTransformation]
    public AccessToken? ActorToken { get; set; }

    /// <summary>Where the actor's token is: env:NAME or file:PATH. It is read again for each request.</summary>
    [Parameter(ParameterSetName = TokenExchangeSet)]
    [Parameter(ParameterSetName = TokenExchangeFromSet)]
    [ValidateNotNullOrEmpty]
    public string? ActorTokenFrom { get; set; }

    /// <summary>What kind of token the actor's is, as for -SubjectTokenType.</summary>
    [Parameter(ParameterSetName = TokenExchangeSet)]
    [Parameter(ParameterSetName = TokenExchangeFromSet)]
    [ValidateNotNullOrEmpty]
    public string ActorTokenType { get; set; } = TokenTypeName.AccessToken;

    /// <summary>What kind of token is wanted, as for -SubjectTokenType; by default what the authority gives.</summary>
    [Parameter(ParameterSetName = TokenExchangeSet)]
    [Parameter(ParameterSetName = TokenExchangeFromSet)]
    [ValidateNotNullOrEmpty]
    public string? RequestedTokenType { get; set; }

    /// <summary>The names by which the authority knows the services that the token is for.</summary>
    [Parameter(ParameterSetName = TokenExchangeSet)]
    [Parameter(ParameterSetName = TokenExchangeFromSet)]
    [ValidateNotNullOrEmpty]
    public string[] Audience { get; set; } = [];

    private TokenExchangeSource TokenExchange() => RequestContext(new TokenReference(SubjectToken));

    private TokenExchangeSource TokenExchangeFrom() => RequestContext(new TokenReference(PSLocation.Reference(this, SubjectTokenFrom)));

    private TokenExchangeSource RequestContext(TokenReference subject)
    {
        if (ActorToken is not null && ActorTokenFrom is not null) throw Conflict("-ActorToken and -ActorTokenFrom both name the actor.", "Give one of them.");
        return new(NewClient(), new TokenExchangeOptions
        {
            Subject = subject,
            SubjectType = SubjectTokenType,
            Actor = ActorToken is not null ? new TokenReference(ActorToken) : ActorTokenFrom is not null ? new TokenReference(PSLocation.Reference(this, ActorTokenFrom)) : null,
            ActorType = ActorTokenType,
            RequestedType = RequestedTokenType,
            Audiences = Audience,
        }, Wanted());
    }
}
