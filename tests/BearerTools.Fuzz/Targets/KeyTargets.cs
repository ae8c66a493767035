using System.Security.Cryptography;
using System.Text;
using BearerTools.Grants.Keys;
using BearerTools.Grants.Login;
using BearerTools.Security;

namespace BearerTools.Fuzz.Targets;

/// <summary>Private keys of clients, and public ones of authorities.</summary>
internal static class KeyTargets
{
    private static readonly byte[] s_signed = RandomNumberGenerator.GetBytes(32);

    public static IEnumerable<Target> All { get; } =
    [
        Target.OfBytes("ClientKeys", "key", bytes => Sign(KeyFormat.Read(bytes, null, null))),
        Target.OfBytes("LockedClientKeys", "key", bytes => Sign(KeyFormat.Read(bytes, new Secret("x"), "1"))),
        Target.OfBytes("ServiceAccountKeys", "key", bytes => FileTargets.InFile(bytes, path => Sign(new ServiceAccountKey($"file:{path}").Read()))),
        new("KeyReferences", "secret", text => _ = new ReferencedContent(text).Read()),
        Target.OfBytes("AuthorityKeys", "jwks", Verify),
    ];

    private static void Sign(ClientKey key)
    {
        var algorithm = SigningAlgorithm.Choose(key, null, null);
        _ = (key.Sign(algorithm, Encoding.ASCII.GetBytes("x")), key.Thumbprint);
    }

    private static void Verify(byte[] bytes)
    {
        if (ServerJson.TryParse(bytes) is not { } document) return;
        var keys = new PublicKeys(document);
        foreach (var algorithm in PublicKeys.Algorithms) _ = keys.Verify(algorithm, null, s_signed, s_signed);
    }
}
