using System.Text.RegularExpressions;

namespace BearerTools.Security;

/// <summary>
/// Masks secrets in parameters of path segments (RFC 3986 section 3.3). Servlet containers put the session id there:
/// <c>;jsessionid=…</c>.
/// </summary>
internal static partial class PathParameters
{
    /// <param name="path">A path, or an address.</param>
    /// <param name="mark">What replaces a secret.</param>
    public static string Redact(string path, string mark) => !path.Contains(';', StringComparison.Ordinal)
        ? path
        : Parameter().Replace(path, parameter => IsSecret(parameter) ? $";{parameter.Groups["name"].Value}={mark}" : parameter.Value);

    private static bool IsSecret(Match parameter) =>
        SecretNames.IncludeParameter(parameter.Groups["name"].Value, parameter.Groups["value"].Value);

    [GeneratedRegex(";(?<name>[^;=/?]+)=(?<value>[^;/?]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
