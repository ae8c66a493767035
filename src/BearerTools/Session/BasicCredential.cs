using System.Management.Automation;
using System.Text;
using BearerTools.Composition;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Session;

/// <summary>A user name and a password that a request sends with Basic authentication (RFC 7617) instead of a token.</summary>
internal sealed class BasicCredential
{
    private readonly AccessToken _token;

    // While it is referenced, the password is recognised in output, as the whole value is.
    private readonly Secret _password;

    /// <exception cref="BearerRequestException">The user name contains a colon, which would end it (RFC 7617 section 2).</exception>
    public BasicCredential(PSCredential credential)
    {
        // A credential made from an object may have no name; the name may be empty (RFC 7617 section 2).
        var name = credential.UserName ?? string.Empty;
        if (name.Contains(':', StringComparison.Ordinal))
        {
            throw new BearerRequestException("The user name contains a colon, which Basic authentication cannot represent.")
            {
                ErrorId = "InvalidUserName",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Correct the user name of -Credential.",
            };
        }

        _password = Secret.From(credential.Password);
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{_password.Reveal()}"));
        _token = new AccessToken(
            new Secret(pair), new TokenMetadata { TokenType = AuthScheme.Basic, Account = name.Length > 0 ? name : null });
    }

    /// <summary>A connection of its own. It has no origins: the address of the call allows one, for that call.</summary>
    public Connection Connect(BearerServices services) =>
        Connection.Of(services, _token) with { Placement = TokenPlacement.Create(AuthScheme.Basic, null, null)! };
}
