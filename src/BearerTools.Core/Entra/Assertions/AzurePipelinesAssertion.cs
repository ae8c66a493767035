using BearerTools.Grants;
using BearerTools.Tokens;

namespace BearerTools.Entra.Assertions;

/// <summary>
/// The identity token of an Azure Pipelines service connection
/// (https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create).
/// </summary>
internal sealed class AzurePipelinesAssertion(OAuthBackchannel backchannel) : HostedAssertion(backchannel, "Azure Pipelines")
{
    private const string ServiceConnection = "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID";
    private const string Task = "The tasks AzureCLI@2 and AzurePowerShell@5 set it for their scripts, when the service connection uses "
        + "workload identity federation.";
    private const string Token = "Map it in the step: 'env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)'.";

    /// <summary>The service connection; each one is a different identity.</summary>
    private readonly string _connection = Variable(ServiceConnection, Task);

    protected override string Member => "oidcToken";

    public override void AddTo(TokenKey.Builder key) => key.Add("assertion_from", "azurepipelines").Add("service_connection", _connection);

    protected override HttpRequestMessage Request()
    {
        var address = Address(
            "SYSTEM_OIDCREQUESTURI", Task, _ => $"api-version=7.1&serviceConnectionId={Uri.EscapeDataString(_connection)}");
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent([]),
            Headers = { Authorization = Bearer("SYSTEM_ACCESSTOKEN", Token) },
        };
        request.Content.Headers.ContentType = new("application/json");
        // Otherwise, Azure DevOps responds to an expired token with a redirect to a login page.
        request.Headers.Add("X-TFS-FedAuthRedirect", "Suppress");
        return request;
    }
}
