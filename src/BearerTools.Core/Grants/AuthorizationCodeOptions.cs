using BearerTools.Grants.Login;

namespace BearerTools.Grants;

/// <summary>How a login in a browser goes, beside its client and what it asks for.</summary>
internal sealed record AuthorizationCodeOptions
{
    /// <summary>For authorities without metadata.</summary>
    public Uri? AuthorizationEndpoint { get; init; }

    public RedirectAddress RedirectAddress { get; init; } = RedirectAddress.Default;

    /// <summary>Sends the request to the authority first, and the browser with a reference to it (RFC 9126). Done anyway where the authority requires it.</summary>
    public bool Pushed { get; init; }

    /// <summary>Who is going to log in, to fill in the form (OpenID Connect Core section 3.1.2.1).</summary>
    public string? LoginHint { get; init; }

    /// <summary>What the authority is to ask the person, though it might not.</summary>
    public string? Prompt { get; init; }
}
