namespace BearerTools.Sandbox.Entra.Grants;

/// <summary>One grant type.</summary>
internal interface IEntraGrant
{
    /// <summary>The names it goes by.</summary>
    string[] Types { get; }

    /// <summary>Whether the client has to prove itself.</summary>
    bool NeedsProof { get; }

    EntraOutcome Decide(EntraTokenRequest request);
}
