using System.Collections;
using System.Management.Automation;
using System.Security;
using System.Text;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Http.Bodies;
using BearerTools.Json;
using BearerTools.Pipeline;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>An API's own login: credentials are posted, and the response contains the token.</summary>
public abstract partial class TokenFlowCommand
{
    private const string InBody = "Body";
    private const string InBasic = "Basic";

    /// <summary>Address of the API's login endpoint.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin, Mandatory = true)]
    [AllowNull, ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(Uri))]
    public Uri LoginUri { get; set; } = null!;

    /// <summary>User name and password.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin), Parameter(ParameterSetName = Flow.Password, Mandatory = true)]
    // First: the engine would ask for a user name instead of anything that is none.
    [CheckedWhenRun(typeof(PSCredential))]
    [Credential]
    [ArgumentCompleter(typeof(NoCompleter))]
    public PSCredential? Credential { get; set; }

    /// <summary>User name, if -SecretFrom refers to the password.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? UserName { get; set; }

    /// <summary>Is refused, with what to give instead: the engine would take it as an abbreviation of -PasswordField.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin, DontShow = true), Parameter(ParameterSetName = Flow.Password, DontShow = true)]
    [Parameter(ParameterSetName = Flow.ClientCredentials, DontShow = true)]
    [AllowNull, ArgumentCompleter(typeof(NoCompleter))]
    [RefusedParameter("A password is given together with its user name: -Credential (Get-Credential), or "
        + "-Credential ([pscredential]::new('NAME', $secureString)), or -UserName NAME with a reference to the password, such as "
        + "-SecretFrom env:NAME. As plain text, it would be stored in history and logs.")]
    public SecureString? Password { get; set; }

    /// <summary>Body of the login request: a hashtable or object, where a password may be a SecureString, or the complete text.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [ArgumentCompleter(typeof(NoCompleter))]
    public object? Body { get; set; }

    /// <summary>Media type of the body: application/json (default) or application/x-www-form-urlencoded.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(LoginContentTypeCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string ContentType { get; set; } = LoginContentTypeCompleter.Json;

    /// <summary>Method of the login request (default Post). With Get, the fields are the query.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [ArgumentCompleter(typeof(ListedValueCompleter))]
    [CheckedWhenRun(typeof(string), "Post", "Put", "Get")]
    public string LoginMethod { get; set; } = "Post";

    /// <summary>Where the credentials are sent: in the Body (default), or as Basic authentication.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [ArgumentCompleter(typeof(ListedValueCompleter))]
    [CheckedWhenRun(typeof(string), InBody, InBasic)]
    public string LoginAuthentication { get; set; } = InBody;

    /// <summary>Name of the field for the user name.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string UserNameField { get; set; } = "username";

    /// <summary>Name of the field for the password.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string PasswordField { get; set; } = "password";

    /// <summary>
    /// Path of the token in the response, such as data.auth.accessToken, or for XML an XPath such as //token (default: the usual names).
    /// </summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? TokenPath { get; set; }

    /// <summary>Path of the lifetime in seconds, or of the expiry time, in the response (default: the usual names).</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? ExpiresInPath { get; set; }

    /// <summary>Name of the response header that contains the token.</summary>
    [Parameter(ParameterSetName = Flow.JsonLogin)]
    [AllowNull, AllowEmptyString]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? TokenHeader { get; set; }

    private JsonLoginSource JsonLogin() => new(
        BearerSession.Services.Backchannel, BearerSession.Services.RejectedLogins, new JsonLoginOptions
    {
        LoginUri = LoginUri,
        Body = LoginAuthentication == InBody ? Login() : BasicBody(),
        Method = new HttpMethod(LoginMethod.ToUpperInvariant()),
        Basic = LoginAuthentication == InBody ? null : Basic(),
        Headers = CreateTokenRequestHeaders(),
        Account = Credential?.UserName ?? UserName,
        TokenPath = TokenPath,
        ExpiresInPath = ExpiresInPath,
        TokenHeader = TokenHeader,
    });

    private LoginBasic Basic()
    {
        foreach (var field in new[] { nameof(UserNameField), nameof(PasswordField) }.Where(IsTyped))
            throw CannotCombine(field, nameof(LoginAuthentication), $"Omit -{field}: Basic authentication has no fields.");
        if (Credential is not null)
        {
            CheckCredential();
            return new LoginBasic(Credential.UserName ?? string.Empty, SecretReference.To(Secret.From(Credential.Password)));
        }

        return UserName is not null && SecretFrom is not null
            ? new LoginBasic(UserName, Reference(SecretFrom))
            : throw Conflict("The login has no credentials.", "Give -Credential, or -UserName with -SecretFrom.");
    }

    /// <summary>What is sent besides the credentials, or <see langword="null"/>.</summary>
    private LoginBody? BasicBody() => Plain(Body) switch
    {
        null => null,
        string text => Whole(text),
        byte[] bytes => LoginBody.Whole(bytes, ContentType),
        IDictionary fields => Of(Set(new LoginFields(Plain), fields)),
        _ => throw Conflict("-Body is neither fields nor text.", "Give a hashtable, or the complete body as text."),
    };

    private static LoginFields Set(LoginFields fields, IDictionary given)
    {
        fields.SetAll(given);
        return fields;
    }

    /// <summary>With GET, the fields are a query, which is written like a form.</summary>
    private LoginBody Of(LoginFields fields) => LoginMethod.Equals("Get", StringComparison.OrdinalIgnoreCase)
        ? LoginBody.Of(fields, LoginBody.Form)
        : LoginBody.Of(fields, ContentType, LoginEncoding());

    private LoginBody Whole(string text)
    {
        var declared = XmlEncoding.Of(text, MediaType.Of(ContentType));
        // XML in UTF-16 begins with a byte order mark (XML 1.0 section 4.3.3).
        if (declared is UnicodeEncoding or UTF32Encoding) text = '\uFEFF' + text.TrimStart('\uFEFF');
        return LoginBody.Whole(SecretReference.To(new Secret(text)), ContentType, declared ?? LoginEncoding());
    }

    /// <summary>The encoding that -ContentType names, or UTF-8.</summary>
    private Encoding LoginEncoding() => MediaType.Of(ContentType)!.Encoding();

    private void CheckCredential()
    {
        var other = UserName is not null ? nameof(UserName) : SecretFrom is not null ? nameof(SecretFrom) : null;
        if (other is not null) throw CannotCombine(nameof(Credential), other, "Omit -UserName and -SecretFrom.");
    }

    private LoginBody Login()
    {
        var body = Plain(Body);
        var whole = (Credential, UserName, body) switch
        {
            (null, null, null) when SecretFrom is not null =>
                LoginBody.Whole(UserReference(SecretFrom), ContentType, LoginEncoding()),
            (null, null, string text) when SecretFrom is null => Whole(text),
            (null, null, byte[] bytes) when SecretFrom is null => LoginBody.Whole(bytes, ContentType),
            _ => null,
        };
        return whole ?? Of(Fields(body));
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
            CheckCredential();
            return fields.Set(UserNameField, Credential.UserName ?? string.Empty).Set(PasswordField, Secret.From(Credential.Password));
        }

        if (UserName is not null) fields.Set(UserNameField, UserName);
        if (SecretFrom is not null) fields.Set(PasswordField, Reference(SecretFrom));
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
            SecureString secure => Secret.From(secure),
            PSCustomObject => Members((PSObject)value!),
            _ => bare,
        };
    }

    /// <exception cref="BearerTokenException">A property throws.</exception>
    private static Dictionary<string, object?> Members(PSObject record)
    {
        try
        {
            var members = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (name, value) in PSObjectJsonSource.Instance.Members(record)) members[name] = value;
            return members;
        }
        catch (JsonMemberException e)
        {
            throw new BearerTokenException(
                $"The login field '{ServerText.Clean(e.Name, 60)}' cannot be read: {LiveSecrets.Redact(e.Message)}", e.InnerException)
            {
                ErrorId = "InputUnreadable",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Pass only the properties that the login needs, such as with Select-Object.",
            };
        }
    }
}
