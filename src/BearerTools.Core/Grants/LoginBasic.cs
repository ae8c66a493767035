using System.Net.Http.Headers;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>Credentials of a login that are sent as Basic authentication (RFC 7617) instead of in the body.</summary>
/// <param name="UserName">The user name.</param>
/// <param name="Password">The password, or a reference to it, which is read again for each login.</param>
internal sealed record LoginBasic(string UserName, SecretReference Password)
{
    public Secret Read() => Encode(Password.Read().Reveal());

    /// <summary>The credentials that identify a token.</summary>
    public Secret ForKey() => Encode(Password.KeyText);

    private Secret Encode(string password) => new(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{password}")));

    public static AuthenticationHeaderValue Header(Secret credentials) => new(AuthScheme.Basic, credentials.Reveal());

    /// <exception cref="BearerTokenException">The user name contains a colon, which would end it (RFC 7617 section 2).</exception>
    public void Check()
    {
        if (!UserName.Contains(':', StringComparison.Ordinal)) return;
        throw new BearerTokenException("The user name contains a colon, which Basic authentication cannot represent.")
        {
            ErrorId = "InvalidUserName",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Correct the user name, or send the credentials in the body.",
        };
    }
}
