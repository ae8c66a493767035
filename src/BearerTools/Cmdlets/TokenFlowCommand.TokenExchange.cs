using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;

namespace BearerTools.Cmdlets;

/// <summary>Token exchange (RFC 8693): one token for another, for another API or to act for a user.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>The token of the subject that the new token is for. A token from Get-BearerToken is renewed when needed.</summary>
    [Parameter(ParameterSetName = Flow.TokenExchange, Mandatory = true)]
    [AllowNull, AccessTokenTransformation(IsCheckedWhenRun = true)]
    [ArgumentCompleter(typeof(TokenVariableCompleter))]
    public AccessToken SubjectToken { get; set; } = null!;

    /// <summary>Reference to the subject's token, such as env:NAME or command:PROGRAM. It is read again for each request.</summary>
    [Parameter(ParameterSetName = Flow.TokenExchangeFrom, Mandatory = true)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(SecretReferenceCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string SubjectTokenFrom { get; set; } = string.Empty;

    /// <summary>Type of the subject's token: access_token, refresh_token, id_token, saml1, saml2, jwt, or another type's URI.</summary>
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(TokenTypeCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string SubjectTokenType { get; set; } = TokenTypeName.AccessToken;

    /// <summary>The token of the actor: the party that acts for the subject.</summary>
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [AllowNull, AccessTokenTransformation(IsCheckedWhenRun = true)]
    [ArgumentCompleter(typeof(TokenVariableCompleter))]
    public AccessToken? ActorToken { get; set; }

    /// <summary>Reference to the actor's token, such as env:NAME or command:PROGRAM. It is read again for each request.</summary>
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(SecretReferenceCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? ActorTokenFrom { get; set; }

    /// <summary>Type of the actor's token; values as for -SubjectTokenType.</summary>
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(TokenTypeCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string ActorTokenType { get; set; } = TokenTypeName.AccessToken;

    /// <summary>Type of the token to request; values as for -SubjectTokenType (default: the authority decides).</summary>
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(TokenTypeCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? RequestedTokenType { get; set; }

    /// <summary>Names by which the authority knows the services that the token is for.</summary>
    [Parameter(ParameterSetName = Flow.TokenExchange), Parameter(ParameterSetName = Flow.TokenExchangeFrom)]
    [AllowNull, AllowEmptyString, AllowEmptyCollection]
    [ArgumentCompleter(typeof(NoCompleter))]
    public string[] Audience { get; set; } = [];

    private TokenExchangeSource TokenExchange() => Exchange(new TokenReference(SubjectToken));

    private TokenExchangeSource TokenExchangeFrom() => Exchange(new TokenReference(UserReference(SubjectTokenFrom)));

    private TokenExchangeSource Exchange(TokenReference subject)
    {
        if (ActorToken is not null && ActorTokenFrom is not null) throw CannotCombine(nameof(ActorToken), nameof(ActorTokenFrom));
        return new(CreateClient(), new TokenExchangeOptions
        {
            Subject = subject,
            SubjectType = SubjectTokenType,
            Actor = ActorToken is not null ? new TokenReference(ActorToken)
                : ActorTokenFrom is not null ? new TokenReference(UserReference(ActorTokenFrom))
                : null,
            ActorType = ActorTokenType,
            RequestedType = RequestedTokenType,
            Audiences = Audience,
        }, CreateScope());
    }
}
