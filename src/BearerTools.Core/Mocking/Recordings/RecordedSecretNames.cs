using BearerTools.Security;

namespace BearerTools.Mocking.Recordings;

/// <summary>
/// Names of fields, parameters and headers whose values are not recorded. More names than elsewhere, because a recording is kept; but what
/// only describes a secret, and cursors, have to stay, so that a replay is the same.
/// </summary>
internal static class RecordedSecretNames
{
    /// <summary>Shorter values of fields named <c>key</c> identify objects.</summary>
    private const int ShortestKey = 20;

    /// <summary>Without - and _, which names have or not.</summary>
    private static readonly string[] s_parts =
        ["assertion", "privatekey", "accesskey", "accountkey", "sharedkey", "credential", "sessionid", "connectionstring"];
    private static readonly string[] s_wholes =
        ["authorization", "proxy-authorization", "cookie", "set-cookie", "auth", "sig", "signature", "jwt", "sid", "code_verifier",
            "user_code", "device_code", "sas"];

    /// <summary>Words in the names of cursors.</summary>
    private static readonly string[] s_cursors = ["page", "next", "continuation", "skip", "cursor", "sync", "delta"];

    private static readonly string[] s_descriptions =
        ["type", "format", "use", "hint", "uri", "url", "endpoint", "version", "name", "count", "limit", "expires", "expiry", "lifetime",
            "length", "supported", "at", "in"];

    public static bool Include(string name, string value)
    {
        if (name.Equals("key", StringComparison.OrdinalIgnoreCase))
            return value.Length >= ShortestKey && !value.Contains(' ', StringComparison.Ordinal);
        if (s_wholes.Contains(name, StringComparer.OrdinalIgnoreCase)) return true;
        var letters = name.Replace("-", string.Empty, StringComparison.Ordinal).Replace("_", string.Empty, StringComparison.Ordinal);
        return (SecretNames.Include(name) || s_parts.Any(part => letters.Contains(part, StringComparison.OrdinalIgnoreCase)))
            && !IsCursor(name)
            && !s_descriptions.Any(end => IsEnd(name, end));
    }

    /// <summary>True for the name of a cursor, which a replay needs for the next page.</summary>
    public static bool IsCursor(string name) => s_cursors.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>True if the last word of the name is this one: tokenType and token_type, but not tokentype.</summary>
    private static bool IsEnd(string name, string word)
    {
        if (!name.EndsWith(word, StringComparison.OrdinalIgnoreCase)) return false;
        var start = name.Length - word.Length;
        return start > 0 && (!char.IsLetterOrDigit(name[start - 1]) || (char.IsUpper(name[start]) && !char.IsUpper(name[start - 1])));
    }
}
