using System.Text.RegularExpressions;

namespace BearerTools.Security;

/// <summary>Removes what has the form of a credential from a text, whether this process knows it or not.</summary>
internal static partial class TokenShape
{
    /// <summary>What the trace has in place of a value that it does not show.</summary>
    public const string Mark = "REDACTED";

    /// <summary>Returns the same instance if there is none.</summary>
    public static string Redact(string text) => Credential().Replace(text, Mark);

    /// <summary>
    /// A JSON Web Token (RFC 7519 section 3), and what follows the name of an authentication scheme. Words of that length are rare; a
    /// sentence about a bearer token is kept. Without backtracking, because servers choose the text.
    /// </summary>
    [GeneratedRegex(
        @"(?<![\w-])eyJ(?>[\w-]{8,})\.(?>[\w-]{8,})(?:\.(?>[\w-]*))*|(?<=\b(?:bearer|dpop|basic|token)\s{1,8})(?>[\w.~+/-]{16,})=*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Credential();
}
