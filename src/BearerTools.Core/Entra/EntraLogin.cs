using BearerTools.Grants.Login;

namespace BearerTools.Entra;

/// <summary>How a person is sent to the browser.</summary>
internal sealed record EntraLogin
{
    /// <summary>What Entra ID takes with any port for desktop clients.</summary>
    public static RedirectAddress DefaultRedirect { get; } = RedirectAddress.Parse("http://localhost");

    public RedirectAddress Redirect { get; init; } = DefaultRedirect;

    public string? LoginHint { get; init; }

    /// <summary><c>login</c>, <c>consent</c> or <c>select_account</c>.</summary>
    public string? Prompt { get; init; }
}
