using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Pipeline;
using BearerTools.Running;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>What the commands on a cached token share: which token is meant.</summary>
public abstract class CachedTokenCommand : AsyncCmdlet
{
    /// <summary>A token, or an entry of Get-BearerTokenCache (default: the token of what is connected here).</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [AccessTokenTransformation, ArgumentCompleter(typeof(TokenVariableCompleter))]
    public AccessToken? Token { get; set; }

    /// <summary>The profile whose token is meant.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string? Profile { get; set; }

    /// <summary>Of several tokens each is dealt with on its own.</summary>
    private protected sealed override bool EndsWith(Exception error) => !MyInvocation.ExpectingInput;

    /// <summary>The connection that the command line names, or <see langword="null"/> if it names none and none is here.</summary>
    private protected Connection? Selected()
    {
        try
        {
            return ConnectionSelector.Select(this, Token, Profile);
        }
        catch (Exception e) when (e is IBearerError)
        {
            Terminate(e);
            return null;
        }
    }

    /// <summary>The connection whose cached token is meant; <see langword="null"/> if the cache does not hold it, which is then this input's error.</summary>
    /// <param name="includeForgotten">True if a token that was removed from the cache before will do.</param>
    private protected Connection? Cached(bool includeForgotten = false)
    {
        if (Token is null || Profile is not null)
        {
            if (Selected() is { } connection) return connection;
            Terminate(NotConnected.Error());
        }

        if (Token!.Entry is { } entry && (includeForgotten || !entry.IsForgotten)) return Connection.Of(BearerSession.Services, Token) with { Tokens = entry };
        Feed(new FailedJob(
            new BearerTokenException($"The cache does not hold token {Token.Fingerprint}: it was removed, or came from elsewhere.")
            {
                ErrorId = "TokenNotCached",
                Kind = BearerErrorKind.NotFound,
                NextStep = "Get-BearerTokenCache lists the tokens that it holds.",
            },
            Token));
        return null;
    }
}
