using System.Collections.Concurrent;
using BearerTools.Security;

namespace BearerTools.Http.Connecting;

/// <summary>
/// Registers the passwords in the environment's proxy addresses as secrets: the runtime quotes these addresses in its messages,
/// and a proxy may repeat the credentials.
/// </summary>
internal static class EnvironmentProxy
{
    private static readonly string[] s_variables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

    /// <summary>Keyed by the variables' values. Keeps the secrets alive: a secret is redacted only while it is referenced.</summary>
    private static readonly ConcurrentDictionary<string, Secret[]> s_known = new(StringComparer.Ordinal);

    /// <summary>
    /// The variable that determines the proxy of an address, or <see langword="null"/>. The runtime reads them in this order.
    /// </summary>
    public static string? VariableFor(Uri address)
    {
        string[] names = address.Scheme == Uri.UriSchemeHttps
            ? ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
            : ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
        return Array.Find(names, name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)));
    }

    /// <summary>Called before a pool is created: the variables may have changed.</summary>
    public static void RegisterPasswords() => RegisterPasswords(Environment.GetEnvironmentVariable);

    /// <param name="read">Returns a variable's value.</param>
    public static void RegisterPasswords(Func<string, string?> read)
    {
        foreach (var name in s_variables)
        {
            if (read(name) is { Length: > 0 } address && !s_known.ContainsKey(address))
                s_known.TryAdd(address, [.. Passwords(address).Distinct(StringComparer.Ordinal).Select(password => new Secret(password))]);
        }
    }

    /// <summary>Parses as the runtime does: from the first ':' after the scheme to the last '@', percent-encoded or not.</summary>
    private static IEnumerable<string> Passwords(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var start = scheme < 0 ? 0 : scheme + 3;
        var end = address.LastIndexOf('@');
        if (end <= start) yield break;
        var colon = address.IndexOf(':', start, end - start);
        if (colon < 0) yield break;
        var password = address[(colon + 1)..end];
        yield return password;
        yield return Uri.UnescapeDataString(password);
    }
}
