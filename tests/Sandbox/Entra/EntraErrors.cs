namespace BearerTools.Sandbox.Entra;

/// <summary>The errors by what is wrong. The numbers are Microsoft's, the sentences say the same in other words.</summary>
internal static class EntraErrors
{
    private const int Bad = StatusCodes.Status400BadRequest;
    private const int Unauthorized = StatusCodes.Status401Unauthorized;

    /// <summary>Those that a test can have at will, by name.</summary>
    public static EntraError? ByName(string name) => name switch
    {
        "throttled" => new(StatusCodes.Status429TooManyRequests, "temporarily_unavailable", 90055, "There were too many requests for this tenant.") { RetryAfter = 7 },
        "down" => new(StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", 90033, "A passing fault has come up.") { RetryAfter = 3 },
        "broken" => new(StatusCodes.Status500InternalServerError, "server_error", 90036, "Something unexpected came up at the service."),
        "mfa" => new(Bad, "interaction_required", 50076, "Because of what the administrator set up, more than one factor is needed for '00000003-0000-0000-c000-000000000000'.")
        {
            Suberror = "basic_action",
            Claims = """{"access_token":{"capolids":{"essential":true,"values":["8d9f6d4e-5a5e-4f1c-b6d9-3a6f0a6d9a01"]}}}""",
        },
        "consent" => new(Bad, "invalid_grant", 65001, "Neither the user nor an administrator has consented to use the application.") { Suberror = "consent_required" },
        "revoked" => new(Bad, "invalid_grant", 50173, "The grant was revoked, because the password was changed or reset.") { Suberror = "bad_token" },
        "secret-expired" => new(Unauthorized, "invalid_client", 7000222, "The client secrets that the application has are expired."),
        _ => null,
    };

    public static EntraError TenantUnknown(string tenant) =>
        new(Bad, "invalid_request", 90002, $"Tenant '{tenant}' was not found. Check that it is right, and that it is of this cloud.");

    public static EntraError ClientUnknown(string client, string tenant) =>
        new(Bad, "unauthorized_client", 700016, $"Application with identifier '{client}' was not found in the directory '{tenant}'.");

    public static EntraError ProofMissing() =>
        new(Unauthorized, "invalid_client", 7000218, "The request body has to have one of these: 'client_assertion' or 'client_secret'.");

    public static EntraError SecretWrong(string client) =>
        new(Unauthorized, "invalid_client", 7000215, $"The client secret is invalid. It has to be the value, not the id, of a secret of the application '{client}'.");

    public static EntraError AssertionRefused(string why) => new(Unauthorized, "invalid_client", 700027, $"The signature of the client assertion is not accepted. {why}");

    public static EntraError AssertionOutOfTime() => new(Unauthorized, "invalid_client", 700024, "The client assertion is not within its valid time range.");

    public static EntraError FederationUnknown(string subject) =>
        new(Unauthorized, "invalid_client", 700213, $"No federated identity record matches the presented assertion subject '{subject}'.");

    public static EntraError ScopeInvalid(string scope) => new(Bad, "invalid_scope", 70011, $"The value of the input parameter 'scope' is not valid: {scope}.");

    public static EntraError ScopeNotDefault(string scope) =>
        new(Bad, "invalid_scope", 1002012, $"The value of scope {scope} is not valid. Client credential flows need a scope that ends with /.default.");

    public static EntraError ResourceUnknown(string resource, string tenant) =>
        new(Bad, "invalid_resource", 500011, $"The resource principal named {resource} was not found in the tenant named {tenant}.");

    public static EntraError GrantInvalid(int code, string text) => new(Bad, "invalid_grant", code, text);

    public static EntraError GrantUnsupported(string grant) => new(Bad, "unsupported_grant_type", 70003, $"The app asked for the unsupported grant type '{grant}'.");

    public static EntraError AuthorizationPending() => new(Bad, "authorization_pending", 70016, "The person has not answered yet.");

    public static EntraError AuthorizationDeclined() => new(Bad, "authorization_declined", 65004, "The person has declined.");
}
