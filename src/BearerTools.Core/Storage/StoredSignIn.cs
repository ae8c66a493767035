using BearerTools.Tokens;

namespace BearerTools.Storage;

/// <summary>When a stored login needs the user again, and how the user signs in for all processes.</summary>
internal static class StoredSignIn
{
    private const string InvalidGrant = "invalid_grant"; // RFC 6749 section 5.2

    /// <summary>The flows that prompt a user, and their parameters.</summary>
    private static readonly Dictionary<string, string> s_promptingFlows = new(StringComparer.Ordinal)
    {
        ["AuthorizationCode"] = "Interactive",
        ["DeviceCode"] = "DeviceCode",
    };

    /// <summary>Error ids of sources that need a new sign-in.</summary>
    private static readonly string[] s_required = ["LoginRequired", "InteractionRequired"];

    public static bool CanPrompt(TokenRequestContext context) => context.UserPrompt is { UnavailableReason: null };

    /// <summary>True if an error says that the user has to sign in again.</summary>
    public static bool IsRequired(BearerTokenException e) => e.Error == InvalidGrant || s_required.Contains(e.ErrorId);

    /// <summary>True if a flow prompts a user.</summary>
    public static bool Prompts(string? flow) => flow is not null && s_promptingFlows.ContainsKey(flow);

    /// <summary>A user signs in once for all processes, so the advice is how to do that with the same store.</summary>
    /// <param name="e">The error.</param>
    /// <param name="flow">A flow that prompts.</param>
    /// <param name="kind">The store.</param>
    public static BearerTokenException Advised(BearerTokenException e, string flow, StoreKind kind) =>
        new(e.Message, e.Error, e.ErrorDescription, e.StatusCode)
        {
            ErrorUri = e.ErrorUri,
            ErrorId = e.ErrorId,
            Kind = e.Kind,
            NextStep = "Sign in once in an interactive session, with the same parameters: "
                + $"Connect-BearerApi -{s_promptingFlows[flow]} … -Store {kind}"
                + (kind == StoreKind.Redis ? ", with the same Redis server and key. All workers then use that login." : " on this machine.")
                + " Many authorities issue a refresh token, which renewals need, only for the scope offline_access.",
        };
}
