using System.Globalization;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>
/// Everything that makes one token another than the next. Two requests with equal keys may share a token; nothing else may.
/// Secrets go in as <see cref="Fingerprint.Full"/>, so a rotated secret is another key.
/// </summary>
internal sealed class TokenKey : IEquatable<TokenKey>
{
    private readonly string _text;

    private TokenKey(string text) => _text = text;

    public bool Equals(TokenKey? other) => other is not null && string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as TokenKey);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_text);

    /// <summary>Collects the parts. Each is written with its length, so that no value can pass for two.</summary>
    public sealed class Builder
    {
        private readonly StringBuilder _text = new();

        public Builder Add(string name, string? value)
        {
            _text.Append(name).Append('=');
            if (value is null) _text.Append('-');
            else _text.Append(CultureInfo.InvariantCulture, $"{value.Length}:{value}");
            _text.Append(';');
            return this;
        }

        public Builder Add(string name, Uri? value) => Add(name, value?.AbsoluteUri);

        /// <summary>Ordinal, without order or repetition: <c>a b</c> and <c>b a</c> are one scope.</summary>
        public Builder AddSet(string name, IEnumerable<string> values)
        {
            foreach (var value in values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) Add(name, value);
            return this;
        }

        public Builder AddSecret(string name, Secret? secret) =>
            Add(name, secret is null ? null : Fingerprint.Full(secret.Reveal()));

        /// <summary>The key of another source that this one goes by.</summary>
        public Builder Add(string name, TokenKey key) => Add(name, key._text);

        public TokenKey Build() => new(_text.ToString());
    }
}
