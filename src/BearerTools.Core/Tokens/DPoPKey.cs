using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>
/// The key that DPoP tokens are bound to (RFC 9449), and the nonces that servers gave for it. It lives as long as this
/// object: its private half has no way out, so a token that is bound to it is of no use elsewhere.
/// </summary>
internal sealed class DPoPKey
{
    public const string TokenType = "DPoP";
    public const string Header = "DPoP";
    public const string Algorithm = "ES256";

    /// <summary>The error code that asks for the same request with a nonce (sections 8 and 9).</summary>
    public const string NonceRequired = "use_dpop_nonce";

    /// <summary>How often one request is sent again because its nonce was not the right one.</summary>
    public const int MaxNonceRetries = 2;

    private const int IdBytes = 16;

    private readonly TimeProvider _time;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _header;

    public DPoPKey(TimeProvider time)
    {
        _time = time;
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        // The members in this order, without blanks, are what the thumbprint is of (RFC 7638 section 3.2).
        var jwk = $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.Encode(point.X)}}","y":"{{Base64Url.Encode(point.Y)}}"}""";
        Thumbprint = Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(jwk)));
        _header = Base64Url.Encode(Encoding.ASCII.GetBytes($$"""{"typ":"dpop+jwt","alg":"{{Algorithm}}","jwk":{{jwk}}}"""));
    }

    /// <summary>The name of the public half (RFC 7638), which bound tokens carry as <c>cnf.jkt</c>.</summary>
    public string Thumbprint { get; }

    /// <summary>The nonces of token endpoints: those of an API are others, even at the same origin (section 9).</summary>
    public DPoPNonces AuthorityNonces { get; } = new();

    public DPoPNonces ApiNonces { get; } = new();

    /// <summary>Forgets the nonces of all servers; the key stays.</summary>
    public void ClearNonces()
    {
        AuthorityNonces.Clear();
        ApiNonces.Clear();
    }

    /// <summary>A proof for one request (section 4.2); the next attempt needs another.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="address">Its address; query and fragment do not go in.</param>
    /// <param name="nonce">What the server wants to see again.</param>
    /// <param name="token">The token that goes along; nothing at the token endpoint.</param>
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
            if (token is not null) writer.WriteString("ath", Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token.Value.Reveal()))));
            if (nonce is not null) writer.WriteString("nonce", nonce);
            writer.WriteEndObject();
        }

        var signed = $"{_header}.{Base64Url.Encode(claims.WrittenSpan)}";
        return $"{signed}.{Base64Url.Encode(Sign(signed))}";
    }

    private byte[] Sign(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        // Keys do not promise to be safe from several threads.
        lock (_key) return _key.SignData(bytes, HashAlgorithmName.SHA256);
    }
}
