using BearerTools.Composition;
using BearerTools.Entra;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Loading;
using BearerTools.Tokens;

namespace BearerTools.Session;

/// <summary>
/// The services of this process, shared by all runspaces. Connections are not shared: see <see cref="CallerConnection"/>.
/// </summary>
internal static class BearerSession
{
    public static BearerServices Services { get; } = new(loadEntra: MsalLoader.Load);

    public static TimeProvider Time => Services.Time;

    public static TokenCache Cache => Services.Cache;

    public static OAuthBackchannel Backchannel => Services.Backchannel;

    public static Discovery Discovery => Services.Discovery;

    public static IBrowser Browser => Services.Browser;

    public static RejectedLogins RejectedLogins => Services.RejectedLogins;

    public static DPoPKey ProofKey => Services.ProofKey;

    public static HttpMessageHandler EntraSockets => Services.EntraSockets;

    public static IEntraSources Entra => Services.Entra;

    /// <summary>Names of all profiles, for completion.</summary>
    public static IReadOnlyList<string> ProfileNames => Services.Profiles.Names;
}
