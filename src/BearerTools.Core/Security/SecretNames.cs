namespace BearerTools.Security;

/// <summary>Names of fields whose values are treated as secrets even if they are supplied as plain text.</summary>
internal static class SecretNames
{
    private static readonly string[] s_parts =
        ["password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "api_key", "api-key"];
    private static readonly string[] s_wholes = ["pass", "key", "pin", "otp"];

    public static bool Include(string name) =>
        s_parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase))
        || s_wholes.Contains(name, StringComparer.OrdinalIgnoreCase);
}
