using BearerTools.Tokens;

namespace BearerTools.Entra.Chain;

/// <summary>One identity that a session may have.</summary>
internal abstract class ChainLink
{
    /// <summary>What it is called, as the beginning of a sentence.</summary>
    public abstract string Name { get; }

    /// <summary>Gives its tokens; nothing when it can be seen from the start that there is none.</summary>
    public abstract ITokenSource? Source { get; }

    /// <summary>Whether it is set up, but not completely: then it is not taken for absent.</summary>
    public virtual bool IsFaulty => false;

    /// <summary>Why there is no such identity here, as a clause; nothing when there is one, which then has to work.</summary>
    public abstract ValueTask<string?> UnavailableReasonAsync(TokenRequestContext context, CancellationToken cancel);

    /// <summary>The same for what only shows when it is asked: nothing when the error is one of an identity that is there.</summary>
    public virtual string? UnavailableReason(BearerTokenException error) => null;
}
