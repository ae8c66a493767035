using BearerTools.Tokens;

namespace BearerTools.Entra.Chain;

/// <summary>One candidate identity of the default chain.</summary>
internal abstract class ChainLink
{
    /// <summary>The display name, used to start messages.</summary>
    public abstract string Name { get; }

    /// <summary>The token source, or <see langword="null"/> if the identity is known not to exist.</summary>
    public abstract ITokenSource? Source { get; }

    /// <summary>True if the identity is only partly configured; then it is an error rather than absent.</summary>
    public virtual bool IsFaulty => false;

    /// <summary>
    /// Returns why the identity is not available, as a clause; <see langword="null"/> if it is, in which case it must work.
    /// </summary>
    public abstract ValueTask<string?> UnavailableReasonAsync(TokenRequestContext context, CancellationToken cancel);

    /// <summary>
    /// Returns why a failed request means that the identity does not exist; <see langword="null"/> if the error is a real
    /// failure.
    /// </summary>
    public virtual string? UnavailableReason(BearerTokenException error) => null;
}
