using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants.References;

/// <summary>
/// A source whose secrets come from places that take long to read: before each token request, they are read again without blocking a
/// thread. The source then finds their values in the references.
/// </summary>
/// <param name="source">The source.</param>
/// <param name="references">Its references to such places.</param>
internal sealed class ReferencingSource(ITokenSource source, IReadOnlyList<SecretReference> references) : ITokenSource
{
    private int _forgetsRejection;

    public TokenKey Key => source.Key;

    public TokenMetadata Metadata => source.Metadata;

    public bool CanRenew => source.CanRenew;

    public bool CanStartOver => source.CanStartOver;

    public IEnumerable<Origin> Origins => source.Origins;

    public ITokenAuthority? Authority => source.Authority;

    public bool TakesClaims => source.TakesClaims;

    public string? Place => source.Place;

    public bool IsGiven => source.IsGiven;

    public string? NotStorableReason => source.NotStorableReason;

    /// <summary>The source compares credentials, which are only known once they have been read.</summary>
    public void ForgetRejection() => Interlocked.Exchange(ref _forgetsRejection, 1);

    public async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        foreach (var reference in references) await reference.LoadAsync(context.Events, cancel).ConfigureAwait(false);
        if (Interlocked.Exchange(ref _forgetsRejection, 0) == 1) source.ForgetRejection();
        return await source.AcquireAsync(context, cancel).ConfigureAwait(false);
    }
}
