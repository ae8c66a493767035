using BearerTools.Composition;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Checks;

/// <summary>The source of a connection whose requests carry no token.</summary>
internal sealed class NoIdentity : ITokenSource
{
    public TokenKey Key { get; } = new TokenKey.Builder().Add("flow", "None").Build();

    public TokenMetadata Metadata { get; } = new();

    public bool CanRenew => false;

    public IEnumerable<Origin> Origins => [];

    public static Connection Connect(BearerServices services) =>
        new(services, new TokenEntry(new NoIdentity(), services.Time), null, OriginPolicy.Create(null, [], []));

    public Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel) =>
        throw new InvalidOperationException("A request without identity asked for a token.");
}
