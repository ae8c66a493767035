using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Entra.Chain;

/// <summary>
/// The default identity: the first available one in a fixed order. If that one fails, the failure is reported; there is no
/// fallback to another identity. Once it has returned a token, it stays selected.
/// </summary>
internal sealed class DefaultChain : ITokenSource
{
    public const string Flow = "DefaultChain";

    private readonly IReadOnlyList<ChainLink> _links;
    private volatile ITokenSource? _chosen;

    public DefaultChain(IReadOnlyList<ChainLink> links, IReadOnlyList<string> scopes)
    {
        _links = links;
        Metadata = new TokenMetadata { Flow = Flow, Authority = "Entra ID", Scopes = scopes };
        var key = new TokenKey.Builder().Add("flow", Flow);
        foreach (var link in links)
        {
            key.Add("link", link.Name).Add("faulty", link.IsFaulty ? "yes" : null);
            if (link.Source is { } source) key.Add("source", source.Key);
        }

        Key = key.Build();
    }

    public TokenKey Key { get; }

    public TokenMetadata Metadata { get; }

    public bool CanRenew => _chosen is { CanRenew: true };

    /// <summary>False: a new search could select another identity.</summary>
    public bool CanStartOver => false;

    public bool TakesClaims => true;

    public string? NotStorableReason => "each process finds its own identity";

    /// <summary>The origin of the API that the token is for, taken from the scopes.</summary>
    public IEnumerable<Origin> Origins => ResourceOrigin.Of(Metadata.Scopes);

    public async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        if (_chosen is { } chosen) return await chosen.AcquireAsync(context, cancel).ConfigureAwait(false);
        List<string> absences = [];
        foreach (var link in _links)
        {
            var unavailable = await link.UnavailableReasonAsync(context, cancel).ConfigureAwait(false);
            if (unavailable is null)
            {
                if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new IdentityChosen(link.Name));
                try
                {
                    var response = await link.Source!.AcquireAsync(context, cancel).ConfigureAwait(false);
                    _chosen = link.Source;
                    return response;
                }
                catch (BearerTokenException e)
                {
                    unavailable = link.UnavailableReason(e) ?? throw Failed(link, e);
                }
            }

            if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new IdentitySkipped(link.Name, unavailable));
            absences.Add($"{link.Name}: {unavailable}");
        }

        throw new BearerTokenException($"No Entra ID identity is available in this session. {string.Join("; ", absences)}.")
        {
            ErrorId = "NoIdentity",
            NextStep = "Configure one of them, or choose a flow: -ManagedIdentity, -TenantId with a client's certificate or secret, or "
                + "-Interactive.",
        };
    }

    private static BearerTokenException Failed(ChainLink link, BearerTokenException e) =>
        e.Within(e.ErrorId, $"{link.Name} is configured but failed; other identities were not tried. {e.Message}", e.NextStep);
}
