namespace BearerTools.Security;

/// <summary>The names of fields, parameters and headers whose values are secrets: the only list of this module.</summary>
internal static class SecretNames
{
    /// <summary>Shorter values of fields named <c>key</c> identify objects.</summary>
    private const int ShortestKey = 20;

    /// <summary>Shorter values of <c>code</c> and <c>session</c> are codes of errors, and names.</summary>
    private const int ShortestCode = 16;

    private static readonly string[] s_parts =
        ["password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "api_key", "api-key"];
    private static readonly string[] s_wholes = ["pass", "key", "pin", "otp"];

    /// <summary>Beginnings of words that have nothing to do with the secrets that they resemble.</summary>
    private static readonly string[] s_otherWords = ["tokeniz", "tokenis", "secretar"];

    /// <summary>Parts of names without - and _, which names have or not.</summary>
    private static readonly string[] s_partsOfFields =
    [
        "passcode", "assertion", "privatekey", "sshkey", "accesskey", "accountkey", "sharedkey", "subscriptionkey", "masterkey",
        "signingkey", "encryptionkey", "functionskey", "credential", "authorization", "cookie", "signature", "sessionid", "sessionkey",
        "connectionstring", "authcode", "kubeconfig",
    ];

    /// <summary>Names without - and _.</summary>
    private static readonly string[] s_wholeFields =
    [
        "pass", "pin", "otp", "auth", "bearer", "sid", "sig", "sas", "jwt", "codeverifier", "usercode", "devicecode", "totp", "pw", "pfx",
        "dpop", "hmac", "samlresponse",
    ];

    /// <summary>Names without - and _ whose short values are names of columns, or identify objects.</summary>
    private static readonly string[] s_longKeys = ["key", "primarykey", "secondarykey", "storagekey", "appkey", "wskey"];

    private static readonly string[] s_longCodes = ["session", "pat"];

    /// <summary>Parameters that are sent in queries and forms only: an authorization code, and a ticket of CAS.</summary>
    private static readonly string[] s_longParameters = ["code", "ticket", "tok"];

    /// <summary>Parts of names whose values are secrets even if they are numbers. A count of tokens is none.</summary>
    private static readonly string[] s_numbers = ["password", "passwd", "passcode", "pwd", "secret"];

    /// <summary>Last words of names that describe a secret, and do not contain it.</summary>
    private static readonly string[] s_descriptions =
    [
        "type", "types", "format", "use", "hint", "uri", "url", "endpoint", "version", "name", "count", "limit", "expires", "expiry",
        "expiration", "lifetime", "length", "supported", "at", "in", "on", "algorithm", "alg", "policy", "status", "enabled", "required",
        "details",
    ];

    /// <summary>Words in the names of cursors.</summary>
    private static readonly string[] s_cursors = ["page", "next", "continuation", "skip", "cursor", "sync", "delta"];

    /// <summary>Fields whose value may be the name of the value beside it: <c>{"name":"DB_PASSWORD","value":"…"}</c>.</summary>
    private static readonly string[] s_labels = ["name", "key", "id", "path", "field"];

    private static readonly string[] s_labelled = ["value", "content", "string"];

    /// <summary>True for a parameter or field that the user passes, whose value is kept as a secret.</summary>
    public static bool Include(string name) => Has(name, s_parts) || s_wholes.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>True if a member of JSON, an element, an attribute or a setting with this name and value is a secret.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value. Whether <c>key</c> or <c>session</c> is a secret depends on it.</param>
    public static bool IncludeField(string name, string value)
    {
        var letters = Letters(name);
        if (s_longKeys.Contains(letters, StringComparer.OrdinalIgnoreCase)) return IsLong(value, ShortestKey);
        if (s_longCodes.Contains(letters, StringComparer.OrdinalIgnoreCase)) return IsLong(value, ShortestCode);
        return s_wholeFields.Contains(letters, StringComparer.OrdinalIgnoreCase)
            || ((Has(letters, s_parts) || Has(letters, s_partsOfFields) || IsLastWord(name, "pass")) && !IsDescription(name));
    }

    /// <summary>True for a name that only long values make a secret.</summary>
    public static bool DependsOnValue(string name) =>
        Letters(name) is var letters
        && (s_longKeys.Contains(letters, StringComparer.OrdinalIgnoreCase)
            || s_longCodes.Contains(letters, StringComparer.OrdinalIgnoreCase));

    /// <summary>True if a parameter of a query or a form is a secret.</summary>
    public static bool IncludeParameter(string name, string value) =>
        IncludeField(name, value) || (s_longParameters.Contains(name, StringComparer.OrdinalIgnoreCase) && IsLong(value, ShortestCode));

    /// <summary>True if a header is a secret.</summary>
    public static bool IncludeHeader(string name, string value) =>
        IncludeField(name, value) && !name.Contains("ratelimit", StringComparison.OrdinalIgnoreCase);

    /// <summary>True if even a number under this name is a secret.</summary>
    public static bool IncludeNumber(string name) =>
        (Has(name, s_numbers) && !IsDescription(name)) || name.Equals("pin", StringComparison.OrdinalIgnoreCase)
        || name.Equals("otp", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for the name of a cursor, which is needed for the next page.</summary>
    public static bool IsCursor(string name) => Has(name, s_cursors);

    /// <summary>True for a name that says something about a secret: <c>type</c> and <c>token_type</c>, but not <c>tokentype</c>.</summary>
    public static bool IsDescription(string name) =>
        name.Equals("id", StringComparison.OrdinalIgnoreCase) || s_descriptions.Any(end => IsLastWord(name, end));

    /// <summary>True for a field whose value may be the name of the value beside it.</summary>
    public static bool IsLabel(string name) => s_labels.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>True for a field that contains the value of such a name.</summary>
    public static bool IsLabelled(string name) => s_labelled.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static bool Has(string name, string[] parts)
    {
        foreach (var part in parts)
        {
            var start = name.IndexOf(part, StringComparison.OrdinalIgnoreCase);
            if (start >= 0 && !IsOtherWord(name.AsSpan(start))) return true;
        }

        return false;
    }

    private static bool IsOtherWord(ReadOnlySpan<char> word)
    {
        foreach (var other in s_otherWords)
        {
            if (word.StartsWith(other, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private static bool IsLong(string value, int length) => value.Length >= length && !value.Contains(' ', StringComparison.Ordinal);

    private static string Letters(string name) => name.AsSpan().ContainsAny("-_. ")
        ? name.Replace("-", string.Empty, StringComparison.Ordinal).Replace("_", string.Empty, StringComparison.Ordinal)
            .Replace(".", string.Empty, StringComparison.Ordinal).Replace(" ", string.Empty, StringComparison.Ordinal)
        : name;

    private static bool IsLastWord(string name, string word)
    {
        if (!name.EndsWith(word, StringComparison.OrdinalIgnoreCase)) return false;
        var start = name.Length - word.Length;
        return start == 0 || !char.IsLetterOrDigit(name[start - 1]) || (char.IsUpper(name[start]) && !char.IsUpper(name[start - 1]));
    }
}
