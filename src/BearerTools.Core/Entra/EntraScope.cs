using BearerTools.Security;

namespace BearerTools.Entra;

/// <summary>
/// What a token of Entra ID is to be good for. Entra knows scopes of one API at a time; <c>API/.default</c> stands for all
/// that the client has been granted there.
/// </summary>
internal static class EntraScope
{
    private const string All = "/.default";

    /// <param name="scopes">Scopes as they were given.</param>
    /// <param name="resources">APIs as they were given; each stands for all of it.</param>
    /// <exception cref="BearerTokenException">None, or both kinds, or several APIs.</exception>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> scopes, IReadOnlyList<string> resources)
    {
        if (scopes.Count > 0 && resources.Count > 0)
            throw Wrong("The API is named twice, by -Scope and by -Resource.", "Give -Resource for all that is granted there, or -Scope for certain scopes, such as https://graph.microsoft.com/User.Read.");
        if (resources.Count > 1) throw Wrong("A token of Entra ID is for one API, and -Resource names several.", "Get a token for each.");
        if (scopes.Count + resources.Count == 0) throw Wrong("No API is named that the token is for.", "Name it with -Resource, such as https://graph.microsoft.com, https://management.azure.com or api://CLIENT-ID.");
        return resources.Count > 0 ? [resources[0] + All] : scopes;
    }

    /// <summary>For an application of its own, which has no scopes but roles.</summary>
    /// <exception cref="BearerTokenException">A single scope is asked for.</exception>
    public static void MustBeAll(IReadOnlyList<string> scopes)
    {
        if (scopes is [var only] && only.EndsWith(All, StringComparison.Ordinal)) return;
        var shown = ServerText.Clean(string.Join(' ', scopes), 200);
        throw Wrong($"An application gets all that it has been granted at an API, no single scopes: '{shown}' cannot be asked for.",
            "Name the API alone with -Resource, such as https://graph.microsoft.com. What the application may do there is its app roles, granted in the portal.");
    }

    /// <summary>The API alone, as managed identities want it.</summary>
    /// <exception cref="BearerTokenException">A single scope is asked for.</exception>
    public static string Resource(IReadOnlyList<string> scopes)
    {
        MustBeAll(scopes);
        return scopes[0][..^All.Length];
    }

    private static BearerTokenException Wrong(string message, string nextStep) => new(message)
    {
        ErrorId = "InvalidScope",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
