using BearerTools.Grants.References;
using BearerTools.Security;

namespace BearerTools.Profiles.Saved;

/// <summary>Recognizes secrets that would stand in a file in plain text, by the same names and forms as redaction does.</summary>
internal static class PlainSecret
{
    public const string NextStep =
        "Send a key or token with -TokenFrom and -SendTokenInHeader, and give a secret with -SecretFrom, as a reference such as env:NAME.";

    private const string Headers = "Headers";
    private const string Body = "Body";
    private const string Mark = "\0";

    /// <summary>
    /// Ends of options of programs whose value says where a secret is, such as <c>--secret-id</c> and <c>--password-stdin</c>.
    /// </summary>
    private static readonly string[] s_places = ["id", "file", "path", "stdin", "env", "var", "command", "store", "field", "label"];

    /// <summary>True if a header, parameter or field is likely to be a secret.</summary>
    /// <param name="field">The field of the profile that contains it, such as Headers.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value as text; empty if it is no single value.</param>
    public static bool IsIn(string field, string name, string value) =>
        (SecretNames.Include(name) && !SecretNames.IsDescription(name)) || field switch
        {
            Headers => SecretNames.IncludeHeader(name, value),
            Body => SecretNames.IncludeField(name, value),
            _ => SecretNames.IncludeParameter(name, value),
        };

    /// <summary>What a text contains that is a secret, as words for a message that do not quote it.</summary>
    /// <returns><see langword="null"/> if it contains none.</returns>
    public static string? Of(string text)
    {
        if (IsCommand(text) && ArgumentText.Split(text[(CommandSecret.Scheme.Length + 1)..]) is { } parts
            && InArguments(parts) is { } argument)
            return argument;
        if (AddressParser.TryParse(text, out var address) && text.Contains("//", StringComparison.Ordinal))
        {
            if (address.UserInfo.Length > 0) return "a user name or password in the address";
            if ((InParameters(address.Query) ?? InParameters(address.Fragment)) is { } name)
                return $"the secret '{ProfileFile.Shown(name)}' in the address";
        }

        return CredentialForms.Redact(text, Mark) == text ? null : "a value that has the form of a credential";
    }

    private static bool IsCommand(string text) =>
        text.StartsWith(CommandSecret.Scheme + ":", StringComparison.OrdinalIgnoreCase);

    /// <summary>The name of the first secret in a query or fragment.</summary>
    private static string? InParameters(string query)
    {
        foreach (var pair in query.TrimStart('?', '#').Split('&', ';'))
        {
            var end = pair.IndexOf('=', StringComparison.Ordinal);
            if (end < 1 || end == pair.Length - 1) continue;
            var name = Uri.UnescapeDataString(pair[..end]);
            if (IsIn(string.Empty, name, Uri.UnescapeDataString(pair[(end + 1)..]))) return name;
        }

        return null;
    }

    /// <summary>The first secret among the arguments of a program: <c>--token VALUE</c> or <c>--token=VALUE</c>.</summary>
    private static string? InArguments(string[] parts)
    {
        for (var i = 1; i < parts.Length; i++)
        {
            if (parts[i] is not ['-', ..] option) continue;
            var end = option.IndexOf('=', StringComparison.Ordinal);
            var name = (end < 0 ? option : option[..end]).TrimStart('-');
            var value = end >= 0 ? option[(end + 1)..]
                : parts.ElementAtOrDefault(i + 1) is { } next and not ['-', ..] ? next
                : string.Empty;
            if (value.Length > 0 && IsSecretOption(name, value)) return $"the secret argument '--{ProfileFile.Shown(name)}'";
        }

        return null;
    }

    /// <summary>An option <c>--secret NAME</c> or <c>--key NAME</c> of a vault's program says which one to read.</summary>
    private static bool IsSecretOption(string name, string value) =>
        name is not ("secret" or "key") && IsIn(string.Empty, name, value)
            && !s_places.Any(end => name.EndsWith("-" + end, StringComparison.OrdinalIgnoreCase));
}
