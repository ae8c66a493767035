using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>Names of members of token and login responses whose values are secrets.</summary>
internal static class SecretMembers
{
    private static readonly string[] s_wholes = ["sid", "jwt", "bearer", "cookie", "signature", "code"];

    public static bool Include(string name) =>
        SecretNames.Include(name)
        || name.Contains("session", StringComparison.OrdinalIgnoreCase)
        || s_wholes.Contains(name, StringComparer.OrdinalIgnoreCase);
}
