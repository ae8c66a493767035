using BearerTools.Security;

namespace BearerTools.Diagnostics.Tracing;

/// <summary>Names of fields in bodies whose values are removed from a trace.</summary>
internal static class TracedNames
{
    private static readonly string[] s_parts =
        ["authorization", "credential", "assertion", "cookie", "session", "signature", "jwt", "private"];

    public static bool AreSecret(string name) =>
        SecretNames.Include(name) || s_parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}
