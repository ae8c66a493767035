using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>
/// Everything that distinguishes one token from another, in two parts: an identity that is the same in every process, and the credentials,
/// as digests under this process's key. Only requests with equal keys share a token.
/// </summary>
internal sealed class TokenKey : IEquatable<TokenKey>
{
    private readonly string _identity;
    private readonly string _credentials;
    private readonly int _hashCode;
    private string? _digest;

    private TokenKey(string identity, string credentials, bool isIdentityComplete)
    {
        _identity = identity;
        _credentials = credentials;
        _hashCode = HashCode.Combine(StringComparer.Ordinal.GetHashCode(identity), StringComparer.Ordinal.GetHashCode(credentials));
        IsIdentityComplete = isIdentityComplete;
    }

    /// <summary>
    /// The identity as a SHA-256 digest in hexadecimal: issuer, endpoint, client, grant, account, scopes, resources, parameters and key
    /// thumbprints. It contains no secret, so it may be stored.
    /// </summary>
    public string Identity => _digest ??= Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(_identity.AsSpan())));

    /// <summary>
    /// True if the identity alone determines whose token it is. False if a secret does, such as a given token, a subject token or the body
    /// of a login: a stored token must not be found by such an identity.
    /// </summary>
    public bool IsIdentityComplete { get; }

    public bool Equals(TokenKey? other) =>
        other is not null
        && _hashCode == other._hashCode
        && string.Equals(_identity, other._identity, StringComparison.Ordinal)
        && string.Equals(_credentials, other._credentials, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as TokenKey);

    public override int GetHashCode() => _hashCode;

    /// <summary>Collects the parts of a key. Each is stored with its length, so that different parts never look alike.</summary>
    public sealed class Builder
    {
        private readonly StringBuilder _identity = new();
        private readonly StringBuilder _credentials = new();
        private bool _isIdentityComplete = true;

        /// <summary>Adds a part of the identity, which must not be a secret.</summary>
        public Builder Add(string name, string? value) => Append(_identity, name, value);

        public Builder Add(string name, Uri? value) => Add(name, value?.AbsoluteUri);

        /// <summary>Adds a set, compared ordinally without order or repetition: <c>a b</c> and <c>b a</c> are one scope.</summary>
        public Builder AddSet(string name, IEnumerable<string> values)
        {
            foreach (var value in values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) Add(name, value);
            return this;
        }

        /// <summary>Adds a credential, which proves the identity but does not determine whose token it is.</summary>
        /// <param name="name">Name of the part.</param>
        /// <param name="secret">The value; a rotated secret makes another key.</param>
        /// <param name="place">The reference that it is read from, such as <c>env:NAME</c>.</param>
        public Builder AddSecret(string name, Secret? secret, string? place = null) =>
            AddPlace(name, place).AddDigest(name, secret?.Reveal());

        /// <summary>Adds a secret that determines whose token it is, so that the identity is incomplete without it.</summary>
        /// <inheritdoc cref="AddSecret"/>
        public Builder AddIdentifyingSecret(string name, Secret? secret, string? place = null)
        {
            if ((secret ?? (object?)place) is not null) _isIdentityComplete = false;
            return AddSecret(name, secret, place);
        }

        /// <inheritdoc cref="AddIdentifyingSecret(string, Secret?, string?)"/>
        public Builder AddIdentifyingSecret(string name, byte[] value)
        {
            _isIdentityComplete = false;
            return AddDigest(name, Convert.ToBase64String(value));
        }

        /// <summary>Adds the digest of a text that is or may contain a credential.</summary>
        public Builder AddDigest(string name, string? text) => Append(_credentials, name, text is null ? null : Fingerprint.Full(text));

        /// <summary>Adds the reference that a credential is read from. The identity does not change when the credential moves.</summary>
        public Builder AddPlace(string name, string? place) => Append(_credentials, name, place);

        /// <summary>Adds the key of another source that this one depends on.</summary>
        public Builder Add(string name, TokenKey key)
        {
            _isIdentityComplete &= key.IsIdentityComplete;
            Append(_identity, name, key._identity);
            return Append(_credentials, name, key._credentials);
        }

        public TokenKey Build() => new(_identity.ToString(), _credentials.ToString(), _isIdentityComplete);

        private Builder Append(StringBuilder part, string name, string? value)
        {
            part.Append(name).Append('=');
            if (value is null) part.Append('-');
            else part.Append(CultureInfo.InvariantCulture, $"{value.Length}:{value}");
            part.Append(';');
            return this;
        }
    }
}
