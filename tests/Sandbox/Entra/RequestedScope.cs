namespace BearerTools.Sandbox.Entra;

/// <summary>What the parameter <c>scope</c> asks for: one resource, and what to do there.</summary>
internal sealed record RequestedScope(string Resource, string[] Permissions, bool OpenId, bool Offline)
{
    private const string Default = ".default";

    private static readonly string[] s_reserved = ["openid", "profile", "email", "offline_access"];

    /// <summary>The scopes as the response names them.</summary>
    public string Granted => string.Join(' ', Permissions.Select(permission => $"{Resource}/{permission}").Concat(OpenId ? ["openid", "profile"] : []));

    /// <summary>Reads it, or says what is wrong.</summary>
    public static RequestedScope? TryRead(string scope, EntraCloud cloud, EntraDirectory directory, bool isApp, out EntraError? error)
    {
        var all = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var pairs = all.Except(s_reserved, StringComparer.OrdinalIgnoreCase).Select(one => Split(one, cloud)).ToList();
        var resources = pairs.Select(pair => pair.Resource).Distinct(StringComparer.Ordinal).ToList();
        var resource = resources.FirstOrDefault() ?? "https://" + cloud.Graph;
        error = resources.Count > 1 || (isApp && resources.Count == 0) ? EntraErrors.ScopeInvalid(scope)
            : isApp && pairs.Exists(pair => pair.Permission != Default) ? EntraErrors.ScopeNotDefault(scope)
            : !directory.IsResource(resource, cloud) ? EntraErrors.ResourceUnknown(resource, directory.TenantName)
            : null;
        if (error is not null) return null;
        return new(resource, [.. pairs.Select(pair => pair.Permission)], all.Contains("openid", StringComparer.OrdinalIgnoreCase), all.Contains("offline_access", StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>At the last slash, so that a resource may end with one; a name alone is one of Graph's.</summary>
    private static (string Resource, string Permission) Split(string scope, EntraCloud cloud)
    {
        var slash = scope.LastIndexOf('/');
        return slash < 0 ? ("https://" + cloud.Graph, scope) : (scope[..slash], scope[(slash + 1)..]);
    }
}
