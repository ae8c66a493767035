using BearerTools.Grants;
using BearerTools.Tokens;

namespace BearerTools.Entra.Assertions;

/// <summary>The identity token of a GitHub Actions job (https://docs.github.com/actions/reference/security/oidc).</summary>
internal sealed class GitHubAssertion(OAuthBackchannel backchannel) : HostedAssertion(backchannel, "GitHub")
{
    private const string Permission = "GitHub sets it for jobs with 'permissions: id-token: write' in the workflow.";

    protected override string Member => "value";

    public override void AddTo(TokenKey.Builder key) => key.Add("assertion_from", "github");

    protected override HttpRequestMessage Request()
    {
        var address = Address(
            "ACTIONS_ID_TOKEN_REQUEST_URL", Permission, query => $"{query}&audience={Uri.EscapeDataString(Audience)}".TrimStart('&'));
        return new HttpRequestMessage(HttpMethod.Get, address)
        {
            Headers = { Authorization = Bearer("ACTIONS_ID_TOKEN_REQUEST_TOKEN", Permission) },
        };
    }
}
