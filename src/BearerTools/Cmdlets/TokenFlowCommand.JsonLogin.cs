using System.Collections;
using System.Management.Automation;
using System.Text;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>A login of the API's own: credentials are posted, and the answer holds a token.</summary>
public abstract partial class TokenFlowCommand
{
    private const string JsonLoginSet = "JsonLogin";

    /// <summary>Where to log in.</summary>
    [Parameter(ParameterSetName = JsonLoginSet, Mandatory = true)]
    public Uri LoginUri { get; set; } = null!;

    /// <summary>User name and password.</summary>
    [Parameter(ParameterSetName = JsonLoginSet)]
    [Parameter(ParameterSetName = PasswordSet, Mandatory = true)]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>The user name, when the password comes by -SecretFrom.</summary>
    [Parameter(ParameterSetName = JsonLoginSet)]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>What is posted: a hashtable or an object, in which a password may be a SecureString; or a complete text.</summary>
    [Parameter(ParameterSetName = JsonLoginSet)]
    public object? Body { get; set; }

    /// <summary>The media type: application/json by default, or application/x-www-form-urlencoded.</summary>
    [Parameter(ParameterSetName = JsonLoginSet)]
    [ValidateNotNullOrEmpty]
    public string ContentType { get; set; } = "application/json";

    /// <summary>The field for the user name.</summary>
    [Parameter(ParameterSetName = JsonLoginSet)]
    [ValidateNotNullOrEmpty]
    public string UserNameField { get; set; } = "username";

    /// <summary>The field for the password.</summary>
    [Parameter(ParameterSetName = JsonLoginSet)]
    [ValidateNotNullOrEmpty]
    public string PasswordField { get; set; } = "password";

    /// <summary>Where in the answer the token is, such as data.auth.accessToken; by default the usual places.</summary>
    [Parameter(ParameterSetName = JsonLoginSet)]
    [ValidateNotNullOrEmpty]
    public string? TokenPath { get; set; }

    /// <summary>Where in the answer its life in seconds, or its end, is; by default the usual places.</summary>
    [Parameter(ParameterSetName = JsonLoginSet)]
    [ValidateNotNullOrEmpty]
    public string? ExpiresInPath { get; set; }

    /// <summary>The header of the answer that holds the token.</summary>
    [Parameter(ParameterSetName = JsonLoginSet)]
    [ValidateNotNullOrEmpty]
    public string? TokenHeader { get; set; }

    private JsonLoginSource JsonLogin() => new(BearerSession.Backchannel, BearerSession.RejectedLogins, new JsonLoginOptions
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
        var isForm = ContentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
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
        var fields = new LoginFields();
        if (body is Dictionary<string, object?> given)
        {
            foreach (var (name, value) in given) fields.Set(name, value);
        }
        else if (body is not null)
        {
            throw Conflict("A -Body beside credentials must be a hashtable or an object with further fields.", "Give a hashtable, or the complete body alone.");
        }

        if (Credential is not null)
        {
            if (UserName is not null || SecretFrom is not null) throw Conflict("-Credential already says who logs in.", "Leave out -UserName and -SecretFrom.");
            return fields.Set(UserNameField, Credential.UserName).Set(PasswordField, Secret.From(Credential.Password));
        }

        if (UserName is not null) fields.Set(UserNameField, UserName);
        if (SecretFrom is not null) fields.Set(PasswordField, PSLocation.Reference(this, SecretFrom));
        if (body is null && (UserName is null || SecretFrom is null))
            throw Conflict("The login has nothing to log in with.", "Give -Credential, -UserName with -SecretFrom, or a complete -Body.");
        return fields;
    }

    /// <summary>Without PowerShell's wrappers, and with SecureStrings as secrets.</summary>
    private static object? Plain(object? value)
    {
        var bare = PSValue.Unwrap(value);
        return bare switch
        {
            System.Security.SecureString secure => Secret.From(secure),
            PSCustomObject => ((PSObject)value!).Properties.ToDictionary(member => member.Name, member => Plain(member.Value)),
            IDictionary members => members.Cast<DictionaryEntry>().ToDictionary(member => member.Key.ToString()!, member => Plain(member.Value)),
            IEnumerable items and not (string or byte[]) => items.Cast<object?>().Select(Plain).ToArray(),
            _ => bare,
        };
    }
}
