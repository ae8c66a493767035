namespace BearerTools.Sandbox.Entra.Grants;

/// <summary>Client credentials: the app for itself.</summary>
internal sealed class AppGrant(EntraContext entra) : IEntraGrant
{
    public string[] Types => ["client_credentials"];

    public bool NeedsProof => true;

    public EntraOutcome Decide(EntraTokenRequest request) =>
        EntraOutcome.For(null, request, entra.Directory);
}
