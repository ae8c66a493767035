using System.Text.RegularExpressions;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>The links in a response's headers (RFC 8288 section 3).</summary>
internal static partial class LinkHeader
{
    /// <summary>Returns the unresolved target of the first link with the relation, or <see langword="null"/> if there is none.</summary>
    /// <param name="response">The response; each of its Link fields may hold several links.</param>
    /// <param name="relation">The relation, such as next; compared without regard to case (section 2.1.1).</param>
    public static string? Target(ApiResponse response, string relation)
    {
        if (!response.Message.Headers.NonValidated.TryGetValues("Link", out var fields)) return null;
        foreach (var field in fields)
        {
            foreach (Match link in Link().Matches(field))
            {
                if (IsOf(link.Groups["parameters"].Value, relation, response.Template.Address)) return link.Groups["target"].Value;
            }
        }

        return null;
    }

    /// <summary>True if there are Link fields, but none of them contains a link in its syntax: each target is in angle brackets.</summary>
    public static bool IsUnreadable(ApiResponse response) =>
        response.Message.Headers.NonValidated.TryGetValues("Link", out var fields)
        && fields.Any(field => !string.IsNullOrWhiteSpace(field)) && !fields.Any(field => Link().IsMatch(field));

    private static bool IsOf(string parameters, string relation, Uri address)
    {
        string? relations = null;
        foreach (Match parameter in Parameter().Matches(parameters))
        {
            var name = parameter.Groups["name"].ValueSpan;
            // Only the first rel counts (section 3.3).
            if (relations is null && name.Equals("rel", StringComparison.OrdinalIgnoreCase)) relations = Unquoted(parameter);
            // Some APIs, such as Sentry's, send the link with the last page too, and say here that it leads to an empty page.
            if (name.Equals("results", StringComparison.OrdinalIgnoreCase)
                && Unquoted(parameter).Equals("false", StringComparison.OrdinalIgnoreCase)) return false;
            // The context of a link with an anchor is another resource than this response (section 3.2).
            if (name.Equals("anchor", StringComparison.OrdinalIgnoreCase) && !IsSame(Unquoted(parameter), address)) return false;
        }

        return relations is not null
            && relations.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Contains(relation, StringComparer.OrdinalIgnoreCase);
    }

    private static string Unquoted(Match parameter)
    {
        var value = parameter.Groups["value"].Value;
        return value is ['"', ..] ? Escape().Replace(value[1..^1], "$1") : value;
    }

    private static bool IsSame(string anchor, Uri address) =>
        AddressParser.TryResolve(address, anchor, out var context) && context == address;

    // Atomic groups consume each link or parameter whole: a quoted value may look like another one.
    [GeneratedRegex(
        """<(?<target>[^<>]*)>(?<parameters>(?>(?:\s*;\s*(?>[^\s;,="<>]+(?>\s*=\s*(?>"(?>[^"\\]|\\.)*"|[^\s;,"]*))?)?)*))""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex("""(?<name>(?>[^\s;,="<>]+))(?>\s*=\s*(?<value>"(?>[^"\\]|\\.)*"|[^\s;,"]*))?""", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\\(.)", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
