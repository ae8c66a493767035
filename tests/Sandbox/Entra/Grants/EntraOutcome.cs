namespace BearerTools.Sandbox.Entra.Grants;

/// <summary>A grant's decision: for whom (an app when no user is named) and what, or why not.</summary>
internal sealed record EntraOutcome(EntraUser? UserPrompt, RequestedScope? Scope, EntraError? Error)
{
    /// <summary>What the client wants to find in the id token.</summary>
    public string? Nonce { get; init; }

    /// <summary>Yes, if the scope is one that this tenant has.</summary>
    public static EntraOutcome For(EntraUser? prompt, EntraTokenRequest request, EntraDirectory directory)
    {
        var scope = RequestedScope.TryRead(request.Scope, request.Cloud, directory, isApp: prompt is null, out var error);
        return new(prompt, scope, error);
    }

    public static implicit operator EntraOutcome(EntraError error) => new(null, null, error);
}
