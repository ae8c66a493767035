using BearerTools.Composition;
using BearerTools.Loading;

namespace BearerTools.Session;

/// <summary>
/// The services of this process, shared by all runspaces. Connections are not shared: see <see cref="CallerConnection"/>.
/// </summary>
internal static class BearerSession
{
    public static BearerServices Services { get; } = new(
        loadEntra: MsalLoader.Load, loadKeyring: KeyringLoader.Load, loadFleet: RedisLoader.Load);

    /// <summary>The secrets read from vaults.</summary>
    public static SessionSecrets Secrets { get; } = new();
}
