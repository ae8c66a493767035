using System.Security.Cryptography;
using System.Text;
using BearerTools.Composition;
using BearerTools.Grants;
using BearerTools.Storage.Files;
using BearerTools.Tokens;

namespace BearerTools.StoreProbe;

/// <summary>
/// A session that uses a stored login. <c>get</c> gets a token; <c>replace</c> gets one that replaces the current one, as after a 401;
/// <c>loop</c> replaces tokens until the process is killed. Tokens are printed as digests.
/// </summary>
internal static class RenewProbe
{
    public static async Task<int> RunAsync(BearerServices services, StoreKind store, Uri endpoint)
    {
        var entry = services.Cache.Entry(services.Stores.Storing(Login(services, endpoint), store));
        Console.WriteLine("ready");
        while (Console.ReadLine() is { } command)
        {
            do Console.WriteLine(await ResultAsync(entry, command));
            while (command == "loop");
        }

        return 0;
    }

    public static BearerServices Services(string folder) => new(storeFolder: name => new StoreFolder(Path.Combine(folder, name)));

    /// <summary>A login that can only be renewed, because no user can confirm a code.</summary>
    public static ITokenSource Login(BearerServices services, Uri endpoint) => new DeviceCodeSource(
        new OAuthClient(services.Backchannel, services.Discovery, new OAuthClientOptions { TokenEndpoint = endpoint, ClientId = "probe" }),
        new GrantScope { Scopes = ["read"] });

    public static string Digest(AccessToken token) => Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(token.SendableText)))[..16];

    private static async Task<string> ResultAsync(TokenEntry entry, string command)
    {
        try
        {
            var token = command == "get" || entry.Current is not { } current
                ? await entry.GetAsync(TokenRequestContext.Default, CancellationToken.None)
                : await entry.ReplaceAsync(current, TokenRequestContext.Default, CancellationToken.None);
            if (token is null) return "error none";
            entry.Accepted(token);
            return $"token {Digest(token)}";
        }
        catch (BearerTokenException e)
        {
            return $"error {e.ErrorId} {e.Message.ReplaceLineEndings(" ")}";
        }
    }
}
