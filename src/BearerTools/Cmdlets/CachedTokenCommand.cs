using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Pipeline;
using BearerTools.Running;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Base class of the cmdlets that work on a cached token: selects the token.</summary>
public abstract class CachedTokenCommand : AsyncCmdlet
{
    /// <summary>The token, or an entry of Get-BearerTokenCache (default: the token of the current connection).</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [AccessTokenTransformation, ArgumentCompleter(typeof(TokenVariableCompleter))]
    public AccessToken? Token { get; set; }

    /// <summary>The profile whose token to use.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string? Profile { get; set; }

    /// <summary>With several input tokens, an error in one does not end the command.</summary>
    private protected sealed override bool EndsWith(Exception error) => !MyInvocation.ExpectingInput;

    /// <summary>
    /// Selects the connection that the command line names, else the current one; <see langword="null"/> if there is neither. False after
    /// writing an error about a piped token, such as one that no header can hold: the tokens after it are processed.
    /// </summary>
    private protected bool TrySelect(out Connection? connection)
    {
        connection = null;
        try
        {
            connection = ConnectionSelector.Select(this, Token, Profile, reads: false);
            return true;
        }
        catch (Exception e) when (e is IBearerError)
        {
            if (Token is null || !MyInvocation.ExpectingInput) Terminate(e);
            Feed(new FailedJob(e, Token));
            return false;
        }
    }

    /// <summary>
    /// The connection of the selected cached token, or <see langword="null"/> after writing an error if the cache does not contain it.
    /// </summary>
    /// <param name="includeForgotten">True to accept a token that has already been removed from the cache.</param>
    private protected Connection? Cached(bool includeForgotten = false)
    {
        if (Token is null || Profile is not null)
        {
            if (!TrySelect(out var connection)) return null;
            if (connection is not null) return connection;
            Terminate(NotConnected.Error());
        }

        if (Token!.Entry is { } entry && (includeForgotten || !entry.IsForgotten))
        {
            var connection = Connection.Of(BearerSession.Services, Token) with { Tokens = entry };
            return ActiveMocks.Find(this)?.Apply(connection) ?? connection;
        }

        Feed(new FailedJob(
            new BearerTokenException(
                $"The cache does not contain token {Token.Fingerprint}: it was removed, or was not requested in this process.")
            {
                ErrorId = "TokenNotCached",
                Kind = BearerErrorKind.NotFound,
                NextStep = "Get-BearerTokenCache lists the cached tokens.",
            },
            Token));
        return null;
    }
}
