using BearerTools.Sandbox.Entra.Grants;
using BearerTools.Sandbox.Serving;

namespace BearerTools.Sandbox.Entra;

/// <summary>Each tenant's token endpoint: tenant, client, proof, grant, token.</summary>
internal sealed class EntraTokenEndpoint
{
    private readonly EntraContext _entra;
    private readonly ClientProofs _proofs;
    private readonly RefreshGrant _refresh;
    private readonly IEntraGrant[] _grants;

    public EntraTokenEndpoint(EntraContext entra, CodeGrant codes, DeviceGrant devices, RefreshGrant refresh)
    {
        (_entra, _proofs, _refresh) = (entra, new ClientProofs(entra), refresh);
        _grants = [new AppGrant(entra), new OnBehalfOfGrant(entra), codes, devices, refresh];
    }

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/{tenant}/oauth2/v2.0/token", ApiResponse).RequireHost(EntraHosts.Logins);

    private async Task ApiResponse(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (tenant, client) = (http.RouteText("tenant"), form["client_id"].ToString());
        var cloud = EntraCloud.OfLogin(http.Request.Host.Host);
        var proof = ClientProof.None;
        var error = _entra.Levers.NextFault()
            ?? (!_entra.Directory.IsTenant(tenant) ? EntraErrors.TenantUnknown(tenant) : null)
            ?? (!_entra.Directory.IsClient(client) ? EntraErrors.ClientUnknown(client, _entra.Directory.TenantName) : null)
            ?? _proofs.Check(http.Request, form, client, out proof);
        var claims = ClaimsRequest.TryRead(form["claims"].ToString());
        if (claims is null) error ??= new EntraError(StatusCodes.Status400BadRequest, "invalid_request", 50148, "The claims parameter is not JSON as it is to be.");
        var outcome = error ?? Decide(new EntraTokenRequest(cloud, form, client, proof));
        Note(http.Request, tenant, form, proof, outcome);
        Echo(http);
        if (outcome.Error is not null) await outcome.Error.ApiResponse(http, _entra.Clock);
        else await http.WriteJson(ApiResponse(cloud, client, form, outcome, claims!));
    }

    private EntraOutcome Decide(EntraTokenRequest request)
    {
        if (_grants.FirstOrDefault(grant => grant.Types.Contains(request["grant_type"])) is not { } grant) return EntraErrors.GrantUnsupported(request["grant_type"]);
        return grant.NeedsProof && request.Proof == ClientProof.None ? EntraErrors.ProofMissing() : grant.Decide(request);
    }

    private Dictionary<string, object> ApiResponse(EntraCloud cloud, string client, IFormCollection form, EntraOutcome outcome, ClaimsRequest claims)
    {
        var scope = outcome.Scope!;
        var response = new Dictionary<string, object>
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = _entra.Levers.Lifetime,
            ["ext_expires_in"] = _entra.Levers.Lifetime,
            ["access_token"] = _entra.Tokens.Make(cloud, client, scope, outcome.UserPrompt, claims),
        };
        if (outcome.UserPrompt is not { } prompt) return response;
        response["scope"] = scope.Granted;
        if (scope.Offline) response["refresh_token"] = _refresh.Make(prompt, client);
        if (scope.OpenId) response["id_token"] = _entra.Tokens.IdToken(cloud, client, prompt, outcome.Nonce);
        if (form["client_info"] == "1") response["client_info"] = _entra.Tokens.ClientInfo(prompt);
        return response;
    }

    private void Note(HttpRequest request, string tenant, IFormCollection form, ClientProof proof, EntraOutcome outcome) => _entra.Log.TokenRequest(new TokenRequestNote(
        request.Host.Host,
        tenant,
        form["grant_type"].ToString(),
        form["client_id"].ToString(),
        proof.ToString(),
        form["scope"].ToString(),
        form["claims"].ToString(),
        request.Headers["x-client-SKU"].ToString(),
        outcome.Error?.Error ?? "ok"));

    private static void Echo(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store, no-cache";
        http.Response.Headers["client-request-id"] = http.Request.Headers["client-request-id"];
    }
}
