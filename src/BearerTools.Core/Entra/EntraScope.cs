using BearerTools.Security;

namespace BearerTools.Entra;

/// <summary>
/// Scopes of Entra ID tokens. A token is for one API; <c>API/.default</c> stands for all permissions granted to the client
/// there.
/// </summary>
internal static class EntraScope
{
    private const string All = "/.default";

    /// <param name="scopes">The values of -Scope.</param>
    /// <param name="resources">The values of -Resource; each stands for all granted permissions.</param>
    /// <exception cref="BearerTokenException">No API is named, both parameters are used, or there are several APIs.</exception>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> scopes, IReadOnlyList<string> resources)
    {
        if (scopes.Count > 0 && resources.Count > 0)
            throw Wrong("-Scope and -Resource cannot be combined.",
                "Use -Resource for all granted permissions, or -Scope for specific ones, such as https://graph.microsoft.com/User.Read.");
        if (resources.Count > 1)
            throw Wrong("An Entra ID token is for one API, but -Resource names several.", "Get one token for each API.");
        if (scopes.Count + resources.Count == 0)
            throw Wrong("No API is given.",
                "Name the API with -Resource, such as https://graph.microsoft.com, https://management.azure.com or api://CLIENT-ID.");
        return resources.Count > 0 ? [resources[0] + All] : scopes;
    }

    /// <summary>Requires <c>API/.default</c>: an application has app roles, not individual scopes.</summary>
    /// <exception cref="BearerTokenException">An individual scope is requested.</exception>
    public static void RequireDefaultScope(IReadOnlyList<string> scopes)
    {
        if (scopes is [var only] && only.EndsWith(All, StringComparison.Ordinal)) return;
        var shown = ServerText.Clean(string.Join(' ', scopes), 200);
        throw Wrong(
            $"An application cannot request individual scopes such as '{shown}': it always gets all app roles that were granted to it.",
            "Name only the API with -Resource, such as https://graph.microsoft.com. Grant the app roles in the portal.");
    }

    /// <summary>Returns the API alone, as managed identity endpoints expect it.</summary>
    /// <exception cref="BearerTokenException">An individual scope is requested.</exception>
    public static string Resource(IReadOnlyList<string> scopes)
    {
        RequireDefaultScope(scopes);
        return scopes[0][..^All.Length];
    }

    private static BearerTokenException Wrong(string message, string nextStep) => new(message)
    {
        ErrorId = "InvalidScope",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
