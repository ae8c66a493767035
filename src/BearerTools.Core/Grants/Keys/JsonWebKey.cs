using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants.Keys;

/// <summary>Reads private keys in JWK format (RFC 7517; members by RFC 7518 section 6), alone or in a set.</summary>
internal static class JsonWebKey
{
    private const int P256Length = 32;

    public static ClientKey Read(string text, string? keyId)
    {
        try
        {
            var root = ServerJson.Parse(text);
            if (root.ValueKind != JsonValueKind.Object) throw KeyErrors.Unreadable("its JSON is not an object");
            if (root.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array) root = Choose(keys, keyId);
            if (root.TryGetProperty("private_key", out _))
                throw KeyErrors.WrongKind("the key file of a service account", "Pass it with -ServiceAccountKey.");
            return Read(root);
        }
        catch (JsonException)
        {
            throw KeyErrors.Unreadable("its JSON is invalid");
        }
        catch (Exception e)
            when (e is FormatException or CryptographicException or OverflowException or ArgumentException or PlatformNotSupportedException)
        {
            throw KeyErrors.Unreadable("the numbers in the JWK do not form a valid key");
        }
    }

    /// <summary>Returns the thumbprint by RFC 7638: the hash of the required members in lexical order.</summary>
    public static string Thumbprint(RSAParameters key) =>
        Hash($$"""{"e":"{{Base64Url.Encode(key.Exponent)}}","kty":"RSA","n":"{{Base64Url.Encode(key.Modulus)}}"}""");

    public static string Thumbprint(ECParameters key) =>
        Hash($$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.Encode(key.Q.X)}}","y":"{{Base64Url.Encode(key.Q.Y)}}"}""");

    private static string Hash(string members) => Base64Url.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(members)));

    private static JsonElement Choose(JsonElement keys, string? keyId)
    {
        var own = keys.EnumerateArray().Where(key => key.ValueKind == JsonValueKind.Object && key.TryGetProperty("d", out _)).ToArray();
        if (own.Length == 0)
            throw KeyErrors.WrongKind("a set of public keys", "Pass the private key; the authority needs the public ones.");
        if (keyId is null && own.Length == 1) return own[0];
        if (keyId is null) throw KeyErrors.NotFound($"The JWK set has {own.Length} private keys.", "Choose one with -KeyId.");
        var named = own.Where(key => Text(key, "kid") == keyId).ToArray();
        return named.Length == 1
            ? named[0]
            : throw KeyErrors.NotFound($"The JWK set has no private key '{ServerText.Clean(keyId, 100)}'.", "Check -KeyId.");
    }

    private static ClientKey Read(JsonElement key)
    {
        var kind = Text(key, "kty");
        if (kind is not ("RSA" or "EC"))
            throw KeyErrors.WrongKind(kind is null ? "JSON without a key" : $"a JWK of the type '{ServerText.Clean(kind, 60)}'",
                "Use an RSA key, or an EC key on the curve P-256.");
        if (Text(key, "d") is null) throw KeyErrors.WrongKind("a public key", "Pass the private key; the authority needs the public one.");
        if (kind == "RSA") return new ClientKey(RSA.Create(Rsa(key))) { KeyId = Text(key, "kid"), Algorithm = Text(key, "alg") };
        if (Text(key, "crv") is not "P-256")
            throw KeyErrors.WrongKind("an EC key on another curve than P-256", "Create an EC key on the curve P-256, or an RSA key.");
        return new ClientKey(ECDsa.Create(Ec(key))) { KeyId = Text(key, "kid"), Algorithm = Text(key, "alg") };
    }

    private static RSAParameters Rsa(JsonElement key)
    {
        if (Text(key, "p") is null
            || Text(key, "q") is null
            || Text(key, "dp") is null
            || Text(key, "dq") is null
            || Text(key, "qi") is null)
            throw KeyErrors.WrongKind("an RSA key without its primes (p, q, dp, dq, qi)", "Export it again with all its members.");
        var modulus = Number(key, "n", 0);
        var half = (modulus.Length + 1) / 2;
        return new RSAParameters
        {
            Modulus = modulus,
            Exponent = Number(key, "e", 0),
            D = Number(key, "d", modulus.Length),
            P = Number(key, "p", half),
            Q = Number(key, "q", half),
            DP = Number(key, "dp", half),
            DQ = Number(key, "dq", half),
            InverseQ = Number(key, "qi", half),
        };
    }

    private static ECParameters Ec(JsonElement key) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Number(key, "x", P256Length), Y = Number(key, "y", P256Length) },
        D = Number(key, "d", P256Length),
    };

    /// <summary>Decodes a number and restores leading zeros, which .NET requires and some writers omit.</summary>
    private static byte[] Number(JsonElement key, string name, int length)
    {
        var bytes = Base64Url.Decode(Text(key, name) ?? throw new FormatException());
        if (bytes.Length == 0) throw KeyErrors.Unreadable($"the member '{name}' of the JWK is empty");
        if (bytes.Length >= length) return bytes;
        var padded = new byte[length];
        bytes.CopyTo(padded, length - bytes.Length);
        return padded;
    }

    private static string? Text(JsonElement key, string name) =>
        key.ValueKind == JsonValueKind.Object && key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
