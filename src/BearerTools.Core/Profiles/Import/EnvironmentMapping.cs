using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BearerTools.Profiles.Layers;
using BearerTools.Security;

namespace BearerTools.Profiles.Import;

/// <summary>A profile that was made of an environment: values for the parameters of Set-BearerProfile.</summary>
/// <param name="Name">Name of the profile.</param>
/// <param name="Place">The environment's file, line and column, for messages.</param>
/// <param name="Values">Parameters with a text, a list of texts, a map or true.</param>
/// <param name="Notes">What was not used, and why.</param>
/// <param name="Dropped">Secrets whose values were not imported, with what to do, as sentences.</param>
internal sealed record ImportedProfile(
    string Name, string Place, IReadOnlyDictionary<string, object> Values, IReadOnlyList<string> Notes, IReadOnlyList<string> Dropped)
{
    private static readonly JsonSerializerOptions s_options =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True if the environment names a way to get a token.</summary>
    public bool NamesFlow => Values.ContainsKey(EnvironmentMapping.Client) || Values.ContainsKey(EnvironmentMapping.TokenFrom);

    /// <summary>The parameters as text.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Typed =>
        [.. Values.Select(value => KeyValuePair.Create(value.Key, SettingText.Of(value.Value)))];

    /// <summary>The JSON of the profile in a file of profiles, with two spaces for each level and with LF.</summary>
    public string Definition => JsonSerializer.Serialize(Values, s_options).Replace("\r\n", "\n", StringComparison.Ordinal);
}

/// <summary>Makes profiles of environments. Only names that are common decide, never the form of a value.</summary>
internal static class EnvironmentMapping
{
    private const string Authority = "Authority";
    private const string TokenEndpoint = "TokenEndpoint";
    private const string AuthorizationEndpoint = "AuthorizationEndpoint";
    private const string DeviceEndpoint = "DeviceAuthorizationEndpoint";
    private const string Tenant = "TenantId";
    public const string Client = "ClientId";
    private const string Scope = "Scope";
    private const string Base = "BaseUri";
    private const string Audience = "audience";
    private const string Grant = "grant";
    private const string Redirect = "RedirectUri";
    private const string SecretFrom = "SecretFrom";
    public const string TokenFrom = "TokenFrom";

    /// <summary>Names of variables, in lower case and without separators, and the parameter that each stands for.</summary>
    private static readonly Dictionary<string, string> s_names = Table(
        (Base, "baseurl baseuri baseaddress base apibaseurl apibase apiurl apiuri hostaddress hosturl host apihost"),
        (Base, "serverurl server url endpoint api"),
        (TokenEndpoint, "tokenurl tokenuri tokenendpoint accesstokenurl oauthtokenurl authtokenurl"),
        (AuthorizationEndpoint, "authurl authorizationurl authorizeurl authorizationendpoint"),
        (DeviceEndpoint, "deviceauthurl deviceauthorizationendpoint"),
        (Authority, "authority authorityurl issuer issueruri issuerurl oidcissuer"),
        (Tenant, "tenantid tenant azuretenantid aadtenantid"),
        (Client, "clientid oauthclientid appid applicationid azureclientid"),
        (Scope, "scope scopes oauthscope"),
        (Audience, "audience"),
        (Grant, "granttype"),
        (Redirect, "redirecturl redirecturi callbackurl"));

    private static readonly Dictionary<string, string> s_secrets = Table(
        (SecretFrom, "clientsecret oauthclientsecret appsecret azureclientsecret secret"),
        (TokenFrom, "token accesstoken bearertoken authtoken apitoken jwt pat bearerauthtoken bearer"));

    /// <summary>True for the name of a variable that stands for a parameter and is no secret, such as client_id.</summary>
    public static bool IsKnown(string name) => s_names.ContainsKey(Plain(name));

    /// <summary>The profiles of an environment: one, or one for each of its logins if it has several.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="prefix">Beginning of the names of the profiles.</param>
    public static IEnumerable<ImportedProfile> Profiles(ForeignEnvironment environment, string prefix) => environment.Logins.Count == 0
        ? [Profile(environment, [], prefix + environment.Name)]
        : environment.Logins.Select(login => Profile(
            environment, login.Settings, prefix + environment.Name + (environment.Logins.Count == 1 ? string.Empty : $".{login.Name}")));

    private static ImportedProfile Profile(ForeignEnvironment environment, IReadOnlyList<ForeignVariable> login, string name)
    {
        var template = new ForeignTemplate(environment.Variables);
        var (found, notes, dropped) = (new Dictionary<string, string>(StringComparer.Ordinal), new List<string>(), new List<string>());
        var secrets = new HashSet<ForeignVariable>();
        // The settings of a login come first: what they name is not taken from variables.
        foreach (var variable in login.Concat(environment.Variables))
        {
            var plain = Plain(variable.Name);
            var isSecret = s_secrets.TryGetValue(plain, out var parameter);
            if (isSecret || variable.HoldsSecret) Secret(variable, parameter);
            else if (!s_names.TryGetValue(plain, out parameter)) Note(variable, "has no meaning for a profile");
            else if (found.ContainsKey(parameter)) Note(variable, $"is not used, because {parameter} is known");
            else if (variable.Text is null || template.Resolve(variable.Text) is not { Length: > 0 } text)
                Note(variable, "is not used, because its value is not in the file");
            else if (parameter == Base && !IsAddress(text)) Note(variable, "is not used, because it is no address such as https://HOST/");
            else found[parameter] = text;
        }

        return new ImportedProfile(name, environment.Place, Values(found, notes), notes, dropped);

        void Note(ForeignVariable variable, string what) => notes.Add($"{variable.Place}: '{Shown(variable.Name)}' {what}.");

        void Secret(ForeignVariable variable, string? parameter)
        {
            variable = template.Holder(variable);
            // A login refers to a variable that holds its secret.
            if (!secrets.Add(variable)) return;
            if (ForeignTemplate.EnvironmentVariable(variable) is { } known)
            {
                if (parameter is not null) found.TryAdd(parameter, $"env:{known}");
                return;
            }

            if (parameter is not null && found.ContainsKey(parameter)) parameter = null;
            var place = parameter is null ? null : VariableName(environment.Name, variable.Name);
            if (place is not null) found[parameter!] = $"env:{place}";
            dropped.Add(Sentence(variable, parameter, place));
        }

        string Sentence(ForeignVariable variable, string? parameter, string? place) =>
            $"{variable.Place}: the secret '{Shown(variable.Name)}' was not imported. " + (place is null
                ? $"If profile '{Shown(name)}' needs it, give its place with Set-BearerProfile, such as -SecretFrom env:NAME."
                : $"Put it into the environment variable {place}, or give another place: Set-BearerProfile '{Shown(name)}' -{parameter}.");
    }

    /// <summary>The parameters of the flow that the settings belong to.</summary>
    private static Dictionary<string, object> Values(Dictionary<string, string> found, List<string> notes)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        Take(Base);
        if (!found.ContainsKey(Client))
        {
            // Without a client there is no request for a token, so only a token that is there already can be meant.
            Take(TokenFrom);
            return values;
        }

        Take(Client);
        Take(SecretFrom);
        if (found.TryGetValue(Scope, out var scopes)) values[Scope] = scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var grant = Plain(found.GetValueOrDefault(Grant, "clientcredentials"));
        if (grant is "authorizationcode") values["Interactive"] = true;
        else if (grant is "deviceauthorization" or "devicecode") values["DeviceCode"] = true;
        else if (grant is not "clientcredentials") notes.Add($"The grant type '{Shown(found[Grant])}' is not imported.");
        if (found.ContainsKey(Authority)) Take(Authority);
        else if (found.ContainsKey(TokenEndpoint)) Take(TokenEndpoint);
        else if (found.ContainsKey(Tenant)) Take(Tenant);
        if (values.ContainsKey(TokenEndpoint) && grant is "authorizationcode")
        {
            Take(AuthorizationEndpoint);
            Take(Redirect);
        }

        if (values.ContainsKey(TokenEndpoint) && values.ContainsKey("DeviceCode")) Take(DeviceEndpoint);
        if (found.TryGetValue(Audience, out var audience) && !values.ContainsKey(Tenant))
            values["AdditionalParameter"] = new Dictionary<string, string> { [Audience] = audience };
        return values;

        void Take(string name)
        {
            if (found.TryGetValue(name, out var text)) values[name] = text;
        }
    }

    private static bool IsAddress(string text) =>
        AddressParser.TryParse(text, out var address) && address.Scheme is "https" or "http"
        && text.Contains("://", StringComparison.Ordinal);

    /// <summary>The name of an environment variable for a secret, such as STAGING_CLIENT_SECRET.</summary>
    private static string VariableName(string environment, string variable)
    {
        var name = new StringBuilder();
        foreach (var letter in $"{environment}_{variable}")
        {
            if (char.IsAsciiLetterOrDigit(letter)) name.Append(char.ToUpperInvariant(letter));
            else if (name.Length > 0 && name[^1] != '_') name.Append('_');
        }

        return name.Length > 0 && char.IsAsciiDigit(name[0]) ? $"_{name}" : name.ToString().Trim('_');
    }

    private static string Plain(string name) =>
        new([.. name.Where(letter => char.IsLetterOrDigit(letter) && letter < '\x80').Select(char.ToLowerInvariant)]);

    private static string Shown(string name) => Saved.ProfileFile.Shown(name);

    private static Dictionary<string, string> Table(params (string Parameter, string Names)[] rows) => rows
        .SelectMany(row => row.Names.Split(' ').Select(name => (name, row.Parameter)))
        .ToDictionary(pair => pair.name, pair => pair.Parameter, StringComparer.Ordinal);
}
