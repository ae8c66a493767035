using BearerTools.Grants.Login;

namespace BearerTools.Grants;

/// <summary>Options of an interactive sign-in, besides the client and the scope.</summary>
internal sealed record AuthorizationCodeOptions
{
    /// <summary>The authorization endpoint, for authorities without metadata.</summary>
    public Uri? AuthorizationEndpoint { get; init; }

    public RedirectAddress RedirectAddress { get; init; } = RedirectAddress.Default;

    /// <summary>
    /// True to push the request to the authority first and send the browser a reference to it (RFC 9126). Always done if
    /// the authority requires it.
    /// </summary>
    public bool Pushed { get; init; }

    /// <summary>The account that will sign in, to prefill the form (OpenID Connect Core section 3.1.2.1).</summary>
    public string? LoginHint { get; init; }

    /// <summary>The <c>prompt</c> parameter, such as <c>login</c> or <c>consent</c>.</summary>
    public string? Prompt { get; init; }
}
