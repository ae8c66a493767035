namespace BearerTools.Sandbox.Entra.Grants;

/// <summary>An API that was called with a user's token requests one to call the next API with, for the same user.</summary>
internal sealed class OnBehalfOfGrant(EntraContext entra) : IEntraGrant
{
    public string[] Types => ["urn:ietf:params:oauth:grant-type:jwt-bearer"];

    public bool NeedsProof => true;

    public EntraOutcome Decide(EntraTokenRequest request)
    {
        if (request["requested_token_use"] != "on_behalf_of") return new EntraError(StatusCodes.Status400BadRequest, "invalid_request", 240001, "The requested_token_use is not on_behalf_of.");
        if (entra.Tokens.FindLive(request["assertion"]) is not { UserPrompt: { } prompt } token) return EntraErrors.GrantInvalid(50013, "The assertion is not a person's token of this tenant, or has run out.");
        if (token.Audience.Replace("api://", "", StringComparison.Ordinal) != request.Client) return EntraErrors.GrantInvalid(500131, $"The assertion's audience {token.Audience} is not the app that presents it.");
        return EntraOutcome.For(prompt, request, entra.Directory);
    }
}
