using System.Net;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Entra;

/// <summary>Reads error responses of managed identity endpoints, whose form differs by platform.</summary>
internal static class ManagedIdentityErrors
{
    public const string NotAssigned = "ManagedIdentityNotAssigned";

    /// <summary>
    /// For a redirect, a web page or a status that no platform uses: such a response does not show whether there is an identity.
    /// </summary>
    private static readonly EntraErrorAdvice s_failed = new("ManagedIdentityFailed", BearerErrorKind.InvalidData,
        "Check the platform's variables (IDENTITY_ENDPOINT, MSI_ENDPOINT, IMDS_ENDPOINT, AZURE_POD_IDENTITY_AUTHORITY_HOST), and whether "
            + "a proxy or another service responds in place of the platform.");

    private static readonly string[] s_members = ["error_description", "message", "Message", "error"];

    /// <param name="requester">The requested identity, as an object.</param>
    /// <param name="body">The response body.</param>
    /// <param name="status">The response status.</param>
    /// <param name="retryAfter">The time that the endpoint asks to wait, or <see langword="null"/>.</param>
    public static BearerTokenException Read(string requester, string body, HttpStatusCode status, TimeSpan? retryAfter)
    {
        var json = ServerJson.TryParse(body);
        var text = json is { } document && FindText(document, nested: false) is { } found ? ServerText.Sentence(found) : null;
        var code = text is null ? null : EntraErrors.CodeIn(text);
        var advice = AdviceFor(status, code, hasText: text is not null);
        return new BearerTokenException($"The managed identity endpoint returned no token for {requester} "
            + $"({(int)status}){(text is null ? "." : $": {text}")}")
        {
            ErrorDescription = text,
            StatusCode = status,
            AuthorityCode = code,
            RetryAfter = retryAfter,
            ErrorId = advice.ErrorId,
            Kind = advice.Kind,
            NextStep = advice.NextStep,
        };
    }

    /// <summary>
    /// Chooses the advice. If the platform passes on an Entra ID error, the identity exists, and that code says what is
    /// wrong.
    /// </summary>
    private static EntraErrorAdvice AdviceFor(HttpStatusCode status, string? code, bool hasText) => status switch
    {
        HttpStatusCode.TooManyRequests => EntraErrorAdvice.Throttled,
        >= HttpStatusCode.InternalServerError or HttpStatusCode.Gone => new("ManagedIdentityUnavailable", BearerErrorKind.Server,
            "Try again in a minute: the endpoint needs some time after the machine starts or gets an identity."),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new("ManagedIdentityForbidden", BearerErrorKind.Permission,
            "Check that this machine runs in Azure: elsewhere, another service may respond at this address. On Azure Arc, run the process "
                + "as administrator or as a member of the himds group."),
        _ when code is not null => EntraErrorAdvice.Of(code) ?? EntraErrorAdvice.OfOAuth(string.Empty),
        not HttpStatusCode.BadRequest => s_failed,
        _ when !hasText => s_failed,
        _ => new(NotAssigned, BearerErrorKind.NotFound,
            "Check in the portal under 'Identity' that the system-assigned identity is enabled, or that the identity named by -ClientId, "
                + "-ResourceId or -ObjectId is assigned to this machine, and that -Resource is spelled correctly."),
    };

    /// <summary>Finds the message; Cloud Shell nests it one level deeper.</summary>
    private static string? FindText(JsonElement json, bool nested)
    {
        if (json.ValueKind != JsonValueKind.Object) return null;
        foreach (var name in s_members)
        {
            if (!json.TryGetProperty(name, out var value)) continue;
            if (value.ValueKind == JsonValueKind.String) return value.GetString();
            if (!nested && FindText(value, nested: true) is { } deeper) return deeper;
        }

        return null;
    }
}
