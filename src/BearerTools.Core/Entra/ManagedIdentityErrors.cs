using System.Net;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Entra;

/// <summary>What the platforms' endpoints answer instead of a token. Each has a form of its own.</summary>
internal static class ManagedIdentityErrors
{
    public const string NotAssigned = "ManagedIdentityNotAssigned";

    /// <summary>A redirect, a web page or a status that no platform uses: it says nothing about whether there is an identity.</summary>
    private static readonly EntraErrorAdvice s_failed = new("ManagedIdentityFailed", BearerErrorKind.InvalidData,
        "Check the platform's variables (IDENTITY_ENDPOINT, MSI_ENDPOINT, IMDS_ENDPOINT, AZURE_POD_IDENTITY_AUTHORITY_HOST), and whether a proxy or another service answers in place of the platform.");

    private static readonly string[] s_words = ["error_description", "message", "Message", "error"];

    /// <param name="asker">Which identity was asked for, as an object.</param>
    /// <param name="body">The body of the answer.</param>
    /// <param name="status">Its status.</param>
    /// <param name="retryAfter">How long the endpoint does not want to be asked again.</param>
    public static BearerTokenException Read(string asker, string body, HttpStatusCode status, TimeSpan? retryAfter)
    {
        var json = ServerJson.TryParse(body);
        var words = json is { } document && Words(document, nested: false) is { } found ? ServerText.Clean(found) : null;
        var code = words is null ? null : EntraErrors.CodeIn(words);
        var meaning = Meaning(status, code, hasWords: words is not null);
        return new BearerTokenException($"The platform gave no token of {asker} ({(int)status}){(words is null ? "." : $": {words}")}")
        {
            ErrorDescription = words,
            StatusCode = status,
            AuthorityCode = code,
            RetryAfter = retryAfter,
            ErrorId = meaning.ErrorId,
            Kind = meaning.Kind,
            NextStep = meaning.NextStep,
        };
    }

    /// <summary>Where the platform passes on what Entra ID says, the identity is there, and Entra's code tells what is wrong.</summary>
    private static EntraErrorAdvice Meaning(HttpStatusCode status, string? code, bool hasWords) => status switch
    {
        HttpStatusCode.TooManyRequests => EntraErrorAdvice.Throttled,
        >= HttpStatusCode.InternalServerError or HttpStatusCode.Gone => new("ManagedIdentityUnavailable", BearerErrorKind.Server, "Try again in a minute: after a machine starts or gets an identity, its endpoint needs a while."),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new("ManagedIdentityForbidden", BearerErrorKind.Permission, "Check that this is a machine in Azure: elsewhere somebody else may answer in its place. On Azure Arc the process has to run as a member of the group himds, or as administrator."),
        _ when code is not null => EntraErrorAdvice.Of(code) ?? EntraErrorAdvice.OfOAuth(string.Empty),
        not HttpStatusCode.BadRequest => s_failed,
        _ when !hasWords => s_failed,
        _ => new(NotAssigned, BearerErrorKind.NotFound, "Check in the portal under 'Identity' that this machine has it switched on, or that the identity named by -ClientId, -ResourceId or -ObjectId is assigned to this machine, and that -Resource is spelled rightly."),
    };

    /// <summary>Cloud Shell has its words one level deeper.</summary>
    private static string? Words(JsonElement json, bool nested)
    {
        if (json.ValueKind != JsonValueKind.Object) return null;
        foreach (var name in s_words)
        {
            if (!json.TryGetProperty(name, out var value)) continue;
            if (value.ValueKind == JsonValueKind.String) return value.GetString();
            if (!nested && Words(value, nested: true) is { } deeper) return deeper;
        }

        return null;
    }
}
