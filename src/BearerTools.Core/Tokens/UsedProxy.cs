using System.Net;
using BearerTools.Security;

namespace BearerTools.Tokens;

/// <summary>The proxy that a request uses, for errors.</summary>
/// <param name="Address">Its address, which may contain credentials.</param>
internal sealed record UsedProxy(Uri Address)
{
    private const int LongestUser = 64;

    /// <summary>True if it gets credentials when it asks for them.</summary>
    public bool HasCredentials { get; private init; }

    /// <summary>The user name that it gets; <see langword="null"/> if there is none that can be shown.</summary>
    public string? User { get; private init; }

    /// <summary>True if no parameter selects it: requests to authorities use the system's proxy.</summary>
    public bool IsOfSystem { get; init; }

    /// <summary>The name in sentences, such as <c>the proxy http://proxy.contoso.com:8080</c>.</summary>
    public string Name => $"the proxy {Place}";

    /// <summary>The address without credentials.</summary>
    public string Place => PrintableAddress.WithoutQuery(Address).TrimEnd('/');

    /// <summary>What was wrong with the credentials when the proxy asked for some, as a sentence, without its full stop.</summary>
    public string CredentialFault => !HasCredentials ? "it requires credentials"
        : $"it did not accept the credentials that were given{(User is null ? string.Empty : $" (user name '{User}')")}";

    /// <summary>What to do when the proxy asks for credentials.</summary>
    public string CredentialAdvice => (HasCredentials, IsOfSystem) switch
    {
        (true, true) => "Check the proxy's credentials: the user name and the password in HTTPS_PROXY, or in the system's settings.",
        (true, false) => "Check the proxy's credentials: the user name and the password of -ProxyCredential, the profile or HTTPS_PROXY.",
        (false, true) => "Check the proxy's credentials: it requires a user name and a password, which HTTPS_PROXY can contain.",
        (false, false) => "Check the proxy's credentials: it requires some. Pass them with -ProxyCredential, or set them in the profile.",
    };

    /// <param name="address">The address of the proxy.</param>
    /// <param name="credentials">Its credentials, or <see langword="null"/>.</param>
    public static UsedProxy Of(Uri address, ICredentials? credentials)
    {
        var given = credentials?.GetCredential(address, AuthScheme.Basic) ?? credentials?.GetCredential(address, "Negotiate");
        return new UsedProxy(address)
        {
            HasCredentials = given is not null,
            // Without a password, the user name may be a key.
            User = given is { UserName.Length: > 0, Password.Length: > 0 } ? ServerText.Clean(given.UserName, LongestUser) : null,
        };
    }
}
