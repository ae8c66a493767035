namespace BearerTools.Sandbox.Authority.Grants;

/// <summary>One value of grant_type. The client has been checked already.</summary>
internal interface ITokenGrant
{
    string Type { get; }

    /// <summary>Whether a client has to prove itself, or the grant says enough.</summary>
    bool NeedsClient => true;

    GrantOutcome Decide(SandboxContext sandbox, IFormCollection form);
}

/// <summary>Who gets a token for what, and by which refresh token if by one.</summary>
internal sealed record Approval(string Subject, string Scope, RefreshToken? Refreshed = null)
{
    /// <summary>Additional or replaced members of the response.</summary>
    public IReadOnlyDictionary<string, string> More { get; init; } = new Dictionary<string, string>();
}

/// <summary>An approval or an error, one of them.</summary>
internal sealed record GrantOutcome(Approval? Approval, OAuthError? Error)
{
    public static implicit operator GrantOutcome(Approval approval) => new(approval, null);

    public static implicit operator GrantOutcome(OAuthError error) => new(null, error);
}
