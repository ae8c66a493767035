using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Entra.Workloads;
using Microsoft.AspNetCore.WebUtilities;

namespace BearerTools.Sandbox.Entra;

/// <summary>How a client has proved that it is the one it says.</summary>
internal enum ClientProof
{
    None,
    Secret,
    Certificate,
    Federation,
}

/// <summary>Checks secrets, and assertions by the registered certificate (RFC 7523) or by an issuer that the tenant trusts.</summary>
internal sealed class ClientProofs(EntraContext entra)
{
    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);

    /// <summary>What is wrong with the proof in a token request, or nothing; no proof is none, not a wrong one.</summary>
    public EntraError? Check(HttpRequest request, IFormCollection form, string client, out ClientProof proof)
    {
        proof = ClientProof.None;
        if (form["client_secret"].ToString() is { Length: > 0 } secret)
        {
            proof = ClientProof.Secret;
            return entra.Directory.IsApp(client) && secret == entra.Directory.ClientSecret ? null : EntraErrors.SecretWrong(client);
        }
        if (form["client_assertion"].ToString() is not { Length: > 0 } assertion) return null;

        if (form["client_assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") return EntraErrors.AssertionRefused("Its type is not known.");
        var parts = assertion.Split('.');
        if (parts.Length != 3 || RegisteredKey.Read(parts[0]) is not { } header || RegisteredKey.Read(parts[1]) is not { } claims) return EntraErrors.AssertionRefused("It is no JWT.");
        // Federated assertions are from another issuer: they do not name the client as their issuer.
        var isOwn = RegisteredKey.Text(claims, "iss") == client;
        proof = isOwn ? ClientProof.Certificate : ClientProof.Federation;
        return isOwn ? CheckOwn(request, parts, header, claims, client) : CheckFederated(assertion, claims);
    }

    private EntraError? CheckOwn(HttpRequest request, string[] parts, JsonElement header, JsonElement claims, string client)
    {
        var certificate = entra.Directory.Certificate;
        var (sha1, sha256) = (WebEncoders.Base64UrlEncode(certificate.GetCertHash()), WebEncoders.Base64UrlEncode(certificate.GetCertHash(HashAlgorithmName.SHA256)));
        if (RegisteredKey.Text(header, "x5t") != sha1 && RegisteredKey.Text(header, "x5t#S256") != sha256) return EntraErrors.AssertionRefused("The key was not found: no certificate is registered with this thumbprint.");
        var padding = RegisteredKey.Text(header, "alg") switch { "PS256" => RSASignaturePadding.Pss, "RS256" => RSASignaturePadding.Pkcs1, _ => null };
        using var key = certificate.GetRSAPublicKey()!;
        if (padding is null || !key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), WebEncoders.Base64UrlDecode(parts[2]), HashAlgorithmName.SHA256, padding))
            return EntraErrors.AssertionRefused("It is signed with another key.");
        if (RegisteredKey.Text(claims, "sub") != client) return EntraErrors.AssertionRefused("Its subject is another client.");
        var own = $"https://{request.Host.Host}{request.Path}";
        if (RegisteredKey.Text(claims, "aud") != own) return EntraErrors.AssertionRefused($"Its audience is not {own}.");
        if (IsOutOfTime(claims)) return EntraErrors.AssertionOutOfTime();
        return RegisteredKey.Text(claims, "jti") is { Length: > 0 } id && _seen.TryAdd(id, true) ? null : EntraErrors.AssertionRefused("It was used before.");
    }

    private EntraError? CheckFederated(string assertion, JsonElement claims)
    {
        var subject = RegisteredKey.Text(claims, "sub") ?? "";
        if (!entra.Keys.IsSigned(assertion)) return EntraErrors.AssertionRefused("It is signed by nobody whom this tenant trusts.");
        if (IsOutOfTime(claims)) return EntraErrors.AssertionOutOfTime();
        return Federation.IsTrusted(RegisteredKey.Text(claims, "iss"), subject, RegisteredKey.Text(claims, "aud")) ? null : EntraErrors.FederationUnknown(subject);
    }

    /// <summary>MSAL writes the times as text.</summary>
    private bool IsOutOfTime(JsonElement claims)
    {
        var now = entra.Clock.GetUtcNow().ToUnixTimeSeconds();
        return !claims.TryGetProperty("exp", out var exp) || !long.TryParse(exp.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var end) || end <= now || end > now + 86400;
    }
}
