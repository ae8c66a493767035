using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>
/// The key that DPoP tokens are bound to (RFC 9449), and the nonces of servers. It lives as long as this object; its private part cannot
/// be exported, so a token bound to it is useless elsewhere.
/// </summary>
internal sealed class DPoPKey
{
    public const string TokenType = "DPoP";
    public const string Header = "DPoP";
    public const string Algorithm = "ES256";

    /// <summary>Error code that requests a repetition with a nonce (RFC 9449 sections 8 and 9).</summary>
    public const string NonceRequired = "use_dpop_nonce";

    /// <summary>Maximum number of times that one request is repeated because of its nonce.</summary>
    public const int MaxNonceRetries = 2;

    private const int IdBytes = 16;

    private readonly TimeProvider _time;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _header;

    public DPoPKey(TimeProvider time)
    {
        _time = time;
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        // The thumbprint is computed from the members in this order, without white space (RFC 7638 section 3.2).
        var jwk = $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.Encode(point.X)}}","y":"{{Base64Url.Encode(point.Y)}}"}""";
        Thumbprint = Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(jwk)));
        _header = Base64Url.Encode(Encoding.ASCII.GetBytes($$"""{"typ":"dpop+jwt","alg":"{{Algorithm}}","jwk":{{jwk}}}"""));
    }

    /// <summary>Thumbprint of the public key (RFC 7638), which bound tokens contain as <c>cnf.jkt</c>.</summary>
    public string Thumbprint { get; }

    /// <summary>The nonces of token endpoints. Those of APIs are separate, even at the same origin (RFC 9449 section 9).</summary>
    public DPoPNonces AuthorityNonces { get; } = new();

    public DPoPNonces ApiNonces { get; } = new();

    /// <summary>Clears the nonces of all servers; the key remains.</summary>
    public void ClearNonces()
    {
        AuthorityNonces.Clear();
        ApiNonces.Clear();
    }

    /// <summary>Creates a proof for one request (RFC 9449 section 4.2). Every attempt needs a new one.</summary>
    /// <param name="method">HTTP method of the request.</param>
    /// <param name="address">Address of the request; its query and fragment are ignored.</param>
    /// <param name="nonce">The server's nonce, or <see langword="null"/>.</param>
    /// <param name="token">The token that is sent, or <see langword="null"/> at the token endpoint.</param>
    public string Prove(string method, Uri address, string? nonce, AccessToken? token = null)
    {
        var claims = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(claims))
        {
            writer.WriteStartObject();
            writer.WriteString("jti", Base64Url.Encode(RandomNumberGenerator.GetBytes(IdBytes)));
            writer.WriteString("htm", method);
            writer.WriteString("htu", Origin.Of(address) + address.AbsolutePath);
            writer.WriteNumber("iat", _time.GetUtcNow().ToUnixTimeSeconds());
            if (token is not null)
                writer.WriteString("ath", Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token.Value.Reveal()))));
            if (nonce is not null) writer.WriteString("nonce", nonce);
            writer.WriteEndObject();
        }

        var signed = $"{_header}.{Base64Url.Encode(claims.WrittenSpan)}";
        return $"{signed}.{Base64Url.Encode(Sign(signed))}";
    }

    private byte[] Sign(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        // ECDsa is not documented as thread-safe.
        lock (_key) return _key.SignData(bytes, HashAlgorithmName.SHA256);
    }
}
