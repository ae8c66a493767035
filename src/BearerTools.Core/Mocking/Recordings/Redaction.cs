using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>
/// Removes secrets from a recording as it is written: values that the process knows as secrets, values of fields, parameters and headers
/// whose names suggest one, and those that the user names.
/// </summary>
internal sealed class Redaction
{
    /// <summary>Shorter cookies are remembered only if they have digits.</summary>
    private const int ShortestCookie = 16;

    private readonly RedactionOptions _options;
    private readonly BodyRedaction _body;

    /// <summary>
    /// Values that were removed by their names. As secrets, they are removed from other texts too, such as an echo of them.
    /// </summary>
    private readonly Dictionary<string, Secret> _removed = new(StringComparer.Ordinal);

    /// <param name="names">Further names of fields, parameters and headers. Case is ignored.</param>
    public Redaction(IReadOnlyList<string> names)
    {
        _options = new RedactionOptions { Names = names, KeepsCursors = true, Found = Remember };
        _body = new BodyRedaction(_options);
    }

    /// <exception cref="BearerRequestException">A name that a user typed is a pattern or a path, which would match nothing.</exception>
    public static void CheckNames(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (!name.AsSpan().ContainsAny('*', '?') && !name.StartsWith("$.", StringComparison.Ordinal)
                && !name.StartsWith("$[", StringComparison.Ordinal)) continue;
            throw MockErrors.Error(
                "RedactNotName", BearerErrorKind.InvalidArgument,
                $"-Redact '{ServerText.Clean(name, 100)}' is not a name: wildcards and paths are not supported.",
                "Name each field, parameter or header, such as -Redact mail, name.");
        }
    }

    /// <summary>The names that the user added.</summary>
    public IReadOnlyList<string> Names => _options.Names;

    /// <summary>A text that is no JSON object or array, also with JSON in it.</summary>
    public string Redact(string text) => _body.Redact(text);

    /// <summary>Bytes that are no text: only values that the process knows are found in them.</summary>
    public static byte[] Redact(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var redacted = LiveSecrets.Redact(text);
        return ReferenceEquals(redacted, text) ? bytes : Encoding.Latin1.GetBytes(redacted);
    }

    public JsonElement Redact(JsonElement json) =>
        ServerJson.Parse(_body.Json.Copy(Encoding.UTF8.GetBytes(json.GetRawText()), isCut: false)!.Value.Text);

    /// <summary>Path and query.</summary>
    public string Redact(Uri address) => RedactAddress(address.PathAndQuery);

    /// <param name="address">Path and query.</param>
    public string RedactAddress(string address) => address.Split('?', 2) is [var path, { Length: > 0 } query]
        ? $"{RedactPath(path)}?{_body.RedactPairs(query)}" : RedactPath(address.TrimEnd('?'));

    private string RedactPath(string path) => Redact(PathParameters.Redact(path, _options.Mark));

    public KeyValuePair<string, string> Redact(KeyValuePair<string, string> header)
    {
        if (!_options.IncludesHeader(header.Key, header.Value)) return new(header.Key, Redact(header.Value));
        Remember(header);
        return new(header.Key, _options.Mark);
    }

    /// <summary>Headers of a request are not recorded, but a response may contain the values of those that are secrets.</summary>
    public void RememberSecrets(IEnumerable<KeyValuePair<string, string>> headers)
    {
        foreach (var header in headers)
        {
            if (_options.IncludesHeader(header.Key, header.Value)) Remember(header);
        }
    }

    private void Remember(KeyValuePair<string, string> header)
    {
        var (name, value) = header;
        if (name.Contains("cookie", StringComparison.OrdinalIgnoreCase) && value.Contains('=', StringComparison.Ordinal))
        {
            // What follows the first pair of Set-Cookie are attributes.
            var pairs = value.Split(';').Take(name.StartsWith("set", StringComparison.OrdinalIgnoreCase) ? 1 : int.MaxValue);
            foreach (var cookie in pairs.Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim(' ', '"')))
            {
                // Settings such as dark-mode are cookies too.
                if (cookie.Length >= ShortestCookie || cookie.Any(char.IsAsciiDigit)) Remember(cookie);
            }

            return;
        }

        Remember(value);
        // The credentials after the name of a scheme.
        if (value.LastIndexOf(' ') is > 0 and var space) Remember(value[(space + 1)..]);
    }

    private void Remember(string value)
    {
        lock (_removed)
        {
            // A HAR file of Export-BearerTrace has the mark of the trace.
            if (value is not (LiveSecrets.Mark or RedactionOptions.TraceMark)
                && value.Length >= LiveSecrets.MinimumLength && !_removed.ContainsKey(value))
                _removed[value] = new Secret(value);
        }
    }
}
