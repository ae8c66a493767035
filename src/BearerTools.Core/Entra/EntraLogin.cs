using BearerTools.Grants.Login;

namespace BearerTools.Entra;

/// <summary>Options of an interactive sign-in.</summary>
internal sealed record EntraLogin
{
    /// <summary>Entra ID accepts this redirect URI with any port for desktop clients.</summary>
    public static RedirectAddress DefaultRedirect { get; } = RedirectAddress.Parse("http://localhost");

    public RedirectAddress Redirect { get; init; } = DefaultRedirect;

    public string? LoginHint { get; init; }

    /// <summary><c>login</c>, <c>consent</c> or <c>select_account</c>.</summary>
    public string? Prompt { get; init; }
}
