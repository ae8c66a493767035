using System.Collections;
using System.Management.Automation;
using System.Text;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>An API's own login: credentials are posted, and the response contains the token.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>Address of the API's login endpoint.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin, Mandatory = true)]
    [AllowNull, ArgumentCompleter(typeof(NoCompleter))]
    public Uri LoginUri { get; set; } = null!;

    /// <summary>User name and password.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin), Parameter(ParameterSetName = Flow.Password, Mandatory = true)]
    [Credential]
    [ArgumentCompleter(typeof(NoCompleter))]
    public PSCredential? Credential { get; set; }

    /// <summary>User name, if -SecretFrom refers to the password.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    public string? UserName { get; set; }

    /// <summary>Body of the login request: a hashtable or object, where a password may be a SecureString, or the complete text.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [ArgumentCompleter(typeof(NoCompleter))]
    public object? Body { get; set; }

    /// <summary>Media type of the body: application/json (default) or application/x-www-form-urlencoded.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(LoginContentTypeCompleter))]
    public string ContentType { get; set; } = LoginContentTypeCompleter.Json;

    /// <summary>Name of the field for the user name.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    public string UserNameField { get; set; } = "username";

    /// <summary>Name of the field for the password.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    public string PasswordField { get; set; } = "password";

    /// <summary>Path of the token in the response, such as data.auth.accessToken (default: the usual names).</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    public string? TokenPath { get; set; }

    /// <summary>Path of the lifetime in seconds, or of the expiry time, in the response (default: the usual names).</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    public string? ExpiresInPath { get; set; }

    /// <summary>Name of the response header that contains the token.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    public string? TokenHeader { get; set; }

    private JsonLoginSource JsonLogin() => new(
        BearerSession.Services.Backchannel, BearerSession.Services.RejectedLogins, new JsonLoginOptions
    {
        LoginUri = LoginUri,
        Body = Login(),
        Account = Credential?.UserName ?? UserName,
        TokenPath = TokenPath,
        ExpiresInPath = ExpiresInPath,
        TokenHeader = TokenHeader,
    });

    private LoginBody Login()
    {
        var isForm = ContentType.StartsWith(LoginContentTypeCompleter.Form, StringComparison.OrdinalIgnoreCase);
        var body = Plain(Body);
        var whole = (Credential, UserName, body) switch
        {
            (null, null, null) when SecretFrom is not null => LoginBody.Whole(PSLocation.Reference(this, SecretFrom), ContentType),
            (null, null, string text) when SecretFrom is null => LoginBody.Whole(Encoding.UTF8.GetBytes(text), ContentType),
            (null, null, byte[] bytes) when SecretFrom is null => LoginBody.Whole(bytes, ContentType),
            _ => null,
        };
        return whole ?? LoginBody.Of(Fields(body), isForm);
    }

    private LoginFields Fields(object? body)
    {
        var fields = new LoginFields(Plain);
        if (body is IDictionary given) fields.SetAll(given);
        else if (body is not null)
        {
            throw Conflict(
                "With credentials, -Body must be a hashtable or an object with further fields.",
                "Pass a hashtable, or the complete body alone.");
        }

        if (Credential is not null)
        {
            var other = UserName is not null ? nameof(UserName) : SecretFrom is not null ? nameof(SecretFrom) : null;
            if (other is not null) throw CannotCombine(nameof(Credential), other, "Omit -UserName and -SecretFrom.");
            return fields.Set(UserNameField, Credential.UserName).Set(PasswordField, Secret.From(Credential.Password));
        }

        if (UserName is not null) fields.Set(UserNameField, UserName);
        if (SecretFrom is not null) fields.Set(PasswordField, PSLocation.Reference(this, SecretFrom));
        if (body is null && (UserName is null || SecretFrom is null))
            throw Conflict("The login has no credentials.", "Pass -Credential, -UserName with -SecretFrom, or a complete -Body.");
        return fields;
    }

    /// <summary>
    /// Removes PowerShell's wrappers, and turns SecureStrings into secrets. One level only: <see cref="LoginFields"/> descends, and
    /// limits the depth.
    /// </summary>
    private static object? Plain(object? value)
    {
        var bare = PSValue.Unwrap(value);
        return bare switch
        {
            System.Security.SecureString secure => Secret.From(secure),
            PSCustomObject => Members((PSObject)value!),
            _ => bare,
        };
    }

    private static Dictionary<string, object?> Members(PSObject record)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in record.Properties) members[member.Name] = member.Value;
        return members;
    }
}
