using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Running;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>What commands on a token of the cache share: which one is meant.</summary>
public abstract class CachedTokenCommand : AsyncCmdlet
{
    /// <summary>A token, or an entry of Get-BearerTokenCache; by default what Get-BearerToken got last.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [AccessTokenTransformation]
    public AccessToken? Token { get; set; }

    /// <summary>Of several tokens each is dealt with on its own.</summary>
    private protected sealed override bool EndsWith(Exception error) => !MyInvocation.ExpectingInput;

    /// <summary>The entry that is meant; nothing when there is none, which is then this input's error.</summary>
    /// <param name="evenForgotten">Whether one will do that was taken out of the cache before.</param>
    private protected TokenEntry? Held(bool evenForgotten = false)
    {
        if (Token is null)
        {
            if (BearerSession.Current is { } current) return current.Tokens;
            Terminate(NotConnected.Error());
        }

        if (Token!.Entry is { } entry && (evenForgotten || !entry.IsForgotten)) return entry;
        Feed(new FailedJob(
            new BearerTokenException($"The cache does not hold token {Token.Fingerprint}.")
            {
                ErrorId = "TokenNotCached",
                Kind = BearerErrorKind.NotFound,
                NextStep = "See what it holds with Get-BearerTokenCache.",
            },
            Token));
        return null;
    }
}
