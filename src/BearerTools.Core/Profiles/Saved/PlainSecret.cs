using BearerTools.Security;

namespace BearerTools.Profiles.Saved;

/// <summary>Recognizes secrets that would stand in a file in plain text.</summary>
internal static class PlainSecret
{
    public const string NextStep =
        "Send a key or token with -TokenFrom and -SendTokenInHeader, and give a secret with -SecretFrom, as a reference such as env:NAME.";

    private static readonly string[] s_headers = ["Authorization", "Proxy-Authorization", "Cookie"];

    /// <summary>Ends of names that contain a word for a secret, but describe it only, such as requested_token_type.</summary>
    private static readonly string[] s_descriptions = ["type", "format", "use", "hint", "uri", "url", "id", "version", "name"];

    /// <summary>True if the value of a header, parameter or field with this name is likely to be a secret.</summary>
    public static bool IsIn(string name) =>
        s_headers.Contains(name, StringComparer.OrdinalIgnoreCase)
            || (SecretNames.Include(name) && !s_descriptions.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)));

    /// <summary>True if the text is an address with a user name or password.</summary>
    public static bool IsInAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length > 0
        && text.Contains("//", StringComparison.Ordinal);
}
