using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Entra.Chain;

/// <summary>
/// Whichever identity this session has, looked for in a fixed order. The first one that is there is the one: if it fails,
/// that is an error, and nobody acts under another name instead. Once it gave a token it stays the one.
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

    /// <summary>Looked for again, another identity might be found.</summary>
    public bool CanStartOver => false;

    public bool TakesClaims => true;

    /// <summary>The API that the token is for: Entra ID's scopes begin with it.</summary>
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

        throw new BearerTokenException($"This session has no identity at Entra ID. {string.Join("; ", absences)}.")
        {
            ErrorId = "NoIdentity",
            NextStep = "Set one of them up, or name a way to a token: -ManagedIdentity, -TenantId with a client's certificate or secret, or -Interactive.",
        };
    }

    private static BearerTokenException Failed(ChainLink link, BearerTokenException e) =>
        e.Within(e.ErrorId, $"{link.Name} is set up here and fails, and no other identity is taken instead. {e.Message}", e.NextStep);
}
