namespace BearerTools.Sandbox.Entra.Workloads;

/// <summary>Whose assertions the tenant's app accepts instead of a secret: a job of each build server, and one of a cluster.</summary>
internal static class Federation
{
    public const string Audience = "api://AzureADTokenExchange";

    public static readonly (string Issuer, string Subject) GitHub = ("https://token.actions.githubusercontent.com", "repo:contoso/ops:ref:refs/heads/main");
    public static readonly (string Issuer, string Subject) AzurePipelines = ("https://vstoken.dev.azure.com/contoso", "sc://contoso/ops/cloud");
    public static readonly (string Issuer, string Subject) Cluster = ("https://oidc.cluster.example/", "system:serviceaccount:ops:robot");

    public static bool IsTrusted(string? issuer, string subject, string? audience) =>
        audience == Audience && issuer is not null && new[] { GitHub, AzurePipelines, Cluster }.Contains((issuer, subject));

    /// <summary>An assertion, signed with the key of this sandbox that stands for them all.</summary>
    public static string Assertion(EntraContext entra, (string Issuer, string Subject) of, string audience)
    {
        var now = entra.Clock.GetUtcNow().ToUnixTimeSeconds();
        return entra.Keys.Sign(Authority.SigningKeys.Rsa, new Dictionary<string, object>
        {
            ["iss"] = of.Issuer,
            ["sub"] = of.Subject,
            ["aud"] = audience,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 3600,
            ["jti"] = Guid.NewGuid().ToString(),
        }, "JWT");
    }
}
