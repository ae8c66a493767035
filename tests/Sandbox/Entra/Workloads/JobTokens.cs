using BearerTools.Sandbox.Authority;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Entra.Workloads;

/// <summary>Where jobs of GitHub Actions and Azure Pipelines ask their build server to vouch for them.</summary>
internal sealed class JobTokens(EntraContext entra)
{
    public const string GitHubPath = "/1/idtoken/2/3";
    public const string PipelinesPath = "/contoso/ops/_apis/distributedtask/hubs/build/plans/1/jobs/2/oidctoken";

    public const string GitHubAddress = $"https://{EntraHosts.GitHub}{GitHubPath}?api-version=2.0";
    public const string PipelinesAddress = $"https://{EntraHosts.AzurePipelines}{PipelinesPath}";

    /// <summary>The service connection that stands in the subject.</summary>
    public const string ServiceConnection = "5b2d8f0a-0000-4000-8000-000000000001";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(GitHubPath, http => IsJob(http, out var refused) ? GitHub(http) : refused).RequireHost(EntraHosts.GitHub);
        routes.MapPost(PipelinesPath, http => IsJob(http, out var refused) ? Pipelines(http) : refused).RequireHost(EntraHosts.AzurePipelines);
    }

    private Task GitHub(HttpContext http)
    {
        // As GitHub does it: without an audience the token is for the repository's owner.
        var audience = http.Request.Query["audience"].ToString() is { Length: > 0 } asked ? asked : "https://github.com/contoso";
        return http.WriteJson(new { count = 1, value = Federation.Assertion(entra, Federation.GitHub, audience) });
    }

    private Task Pipelines(HttpContext http) => http.Request.Query["api-version"].ToString().Length == 0 || http.Request.Query["serviceConnectionId"] != ServiceConnection
        ? http.WriteJson(new { message = "There is no such service connection." }, StatusCodes.Status404NotFound)
        : http.WriteJson(new { oidcToken = Federation.Assertion(entra, Federation.AzurePipelines, Federation.Audience) });

    private bool IsJob(HttpContext http, out Task refused)
    {
        entra.Log.Request(http.Request);
        var isJob = IssuedTokens.FromHeader(http.Request.Headers.Authorization.ToString()) == entra.JobToken;
        refused = isJob ? Task.CompletedTask : http.WriteJson(new { message = "The job's token is missing or wrong." }, StatusCodes.Status401Unauthorized);
        return isJob;
    }
}
