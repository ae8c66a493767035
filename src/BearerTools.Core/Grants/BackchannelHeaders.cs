using System.Collections.Frozen;
using System.Net.Http.Headers;
using System.Text;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Headers that a user adds to all requests to an authority or a login, such as the key of a gateway. Their values are secrets, but for
/// those whose names say that they are not.
/// </summary>
internal sealed class BackchannelHeaders
{
    /// <summary>Headers that describe the message or the connection, and those with which the client authenticates.</summary>
    private static readonly FrozenSet<string> s_reserved = new[]
    {
        "Authorization", "Host", "Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Expect", "Range",
        "Accept-Encoding", "Proxy-Authorization", DPoPHeader,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private const string DPoPHeader = DPoPKey.Header;

    /// <summary>Redaction by value would mask ordinary words of other texts.</summary>
    private static readonly FrozenSet<string> s_public =
        new[] { "User-Agent", "Accept", "Accept-Language", "Accept-Charset" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly KeyValuePair<string, string>[] _headers;
    private readonly Secret[] _secrets;

    /// <exception cref="BearerTokenException">A name or value cannot be sent.</exception>
    public BackchannelHeaders(IEnumerable<KeyValuePair<string, string>> headers)
    {
        _headers = [.. headers];
        _secrets = [.. _headers.Where(header => !s_public.Contains(header.Key)).Select(header => new Secret(header.Value))];
        foreach (var (name, value) in _headers) Check(name, value);
    }

    /// <summary>
    /// Adds them to a cache key. A header may determine whose token it is, such as the key of a user or the name of a tenant, so that the
    /// identity is incomplete without its value.
    /// </summary>
    public void AddTo(TokenKey.Builder key)
    {
        key.Add("headers", Names);
        if (_secrets.Length > 0) key.AddIdentifyingSecret("headers", Encoding.UTF8.GetBytes(Text));
        else key.AddDigest("headers", Text);
    }

    private string Names => string.Join(',', _headers.Select(header => header.Key.ToLowerInvariant()).Order(StringComparer.Ordinal));

    /// <summary>All of them as a text for a digest. Secret.</summary>
    public string Text => string.Join(
        '\n', _headers.Select(header => $"{header.Key.ToLowerInvariant()}: {header.Value}").Order(StringComparer.Ordinal));

    public void AddTo(HttpRequestHeaders message)
    {
        foreach (var (name, value) in _headers)
        {
            message.Remove(name);
            message.TryAddWithoutValidation(name, value);
        }

        GC.KeepAlive(_secrets);
    }

    private static void Check(string name, string value)
    {
        using var probe = new HttpRequestMessage();
        var isReserved = s_reserved.Contains(name) || name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
        if (!isReserved
            && value.All(c => c is '\t' or (>= ' ' and <= '~'))
            && name.Length > 0
            && probe.Headers.TryAddWithoutValidation(name, value))
            return;
        throw new BearerTokenException($"The header {HttpToken.Shown(name)} cannot be added to requests to the authority.")
        {
            ErrorId = "HeaderRefused",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = isReserved
                ? "Omit it from -TokenRequestHeaders: this module sets it itself."
                : "Correct its name, and use only ASCII characters without line breaks in its value.",
        };
    }
}
