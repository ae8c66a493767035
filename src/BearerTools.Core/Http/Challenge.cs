using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace BearerTools.Http;

/// <summary>What a 401 says of why (RFC 9110 section 11.6.1, RFC 6750 section 3).</summary>
internal static partial class Challenge
{
    private const string Scheme = "Bearer";

    /// <summary>
    /// Whether another token may help: the answer offers Bearer, or nothing at all, and does not say that the request
    /// is wrong (<c>invalid_request</c>) or the token too weak (<c>insufficient_scope</c>).
    /// </summary>
    public static bool AsksForAnotherToken(HttpResponseMessage answer)
    {
        var challenges = answer.Headers.WwwAuthenticate;
        if (challenges.Count == 0) return true;
        var ours = challenges.Where(challenge => string.Equals(challenge.Scheme, Scheme, StringComparison.OrdinalIgnoreCase)).ToArray();
        return ours.Length > 0 && !ours.Any(challenge => Error(challenge) is "invalid_request" or "insufficient_scope");
    }

    public static string? Error(HttpResponseMessage answer) => answer.Headers.WwwAuthenticate.Select(Error).FirstOrDefault(error => error is not null);

    private static string? Error(AuthenticationHeaderValue challenge)
    {
        // Parameter by parameter: what stands in quotes may look like another one.
        foreach (Match parameter in Parameter().Matches(challenge.Parameter ?? string.Empty))
        {
            if (parameter.Groups["name"].Value.Equals("error", StringComparison.OrdinalIgnoreCase)) return parameter.Groups["value"].Value.Trim('"');
        }

        return null;
    }

    [GeneratedRegex("""(?<![^\s,])(?<name>(?>[^\s,="]+))\s*=\s*(?<value>"(?:[^"\\]|\\.)*"|[^\s,"]*)""", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
