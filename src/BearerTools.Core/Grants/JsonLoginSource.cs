using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Gets a token by posting credentials to an API's own login endpoint. Renewal logs in again. The tokens are for the origin
/// that issued them.
/// </summary>
internal sealed class JsonLoginSource : ITokenSource
{
    public const string Flow = "JsonLogin";

    private const string DisplayName = "The login endpoint";

    /// <summary>The pause after a response without a token, which may be a disguised rejection or a wrong path.</summary>
    private static readonly TimeSpan s_pauseWithoutToken = TimeSpan.FromSeconds(30);

    private readonly OAuthBackchannel _backchannel;
    private readonly RejectedLogins _rejected;
    private readonly JsonLoginOptions _options;

    /// <exception cref="BearerTokenException">The options are invalid.</exception>
    public JsonLoginSource(OAuthBackchannel backchannel, RejectedLogins rejected, JsonLoginOptions options)
    {
        OAuthBackchannel.CheckAddress(DisplayName, options.LoginUri);
        options.Basic?.Check();
        _backchannel = backchannel.With(options.Headers);
        _rejected = rejected;
        _options = options;
        Key = KeyOf(new Credentials(options.Body?.ForKey(), options.Basic?.ForKey()));
        Metadata = new TokenMetadata { Flow = Flow, Authority = OAuthBackchannel.Show(options.LoginUri), Account = options.Account };
        Origins = [Origin.Of(options.LoginUri)];
    }

    public TokenKey Key { get; }

    public TokenMetadata Metadata { get; }

    public bool CanRenew => true;

    public IEnumerable<Origin> Origins { get; }

    /// <summary>Allows rejected credentials to be sent again, at the user's request.</summary>
    public void ForgetRejection() => _rejected.Forget(KeyOf(ReadCredentials()));

    public async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var credentials = ReadCredentials();
        var login = KeyOf(credentials);
        _rejected.Check(login, $"{DisplayName} {Metadata.Authority}");
        if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new LoginStarted(_options.LoginUri));

        DateTimeOffset sent = default;
        var response = await _backchannel.SendAsync(DisplayName, Message, Repetition.IfUnsent, context.Events, cancel)
            .ConfigureAwait(false);
        if (!response.IsSuccess) throw Refused(response, login);
        try
        {
            return new TokenResult(new LoginResponse(response, _options).Read(sent, Metadata, context.Events));
        }
        catch (BearerTokenException e)
        {
            _rejected.Remember(login, e, s_pauseWithoutToken);
            throw;
        }

        HttpRequestMessage Message()
        {
            sent = _backchannel.Time.GetUtcNow();
            return MessageOf(credentials);
        }
    }

    private HttpRequestMessage MessageOf(Credentials credentials)
    {
        var request = new HttpRequestMessage(_options.Method, _options.LoginUri);
        if (_options.Body is { } fields) request.Options.Set(SentSecrets.FieldNames, fields.SecretFields);
        if (credentials.Basic is { } basic) request.Headers.Authorization = LoginBasic.Header(basic);
        if (credentials.Body is { } body && _options.Method == HttpMethod.Get)
        {
            var query = Encoding.UTF8.GetString(body);
            var own = _options.LoginUri.Query.TrimStart('?');
            var parts = new UriBuilder(_options.LoginUri) { Query = $"{own}&{query}".Trim('&') };
            request.RequestUri = AddressParser.TryBuild(parts, out var address) ? address
                : throw OAuthBackchannel.TooLong(_options.LoginUri);
        }
        else if (credentials.Body is { } content)
        {
            request.Content = new ByteArrayContent(content);
            request.Content.Headers.ContentType = _options.Body!.ContentType;
        }
        else if (_options.Method != HttpMethod.Get)
        {
            request.Content = new ByteArrayContent([]);
        }

        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*", 0.5));
        return request;
    }

    /// <summary>References are read again for each login, because their values may change.</summary>
    private Credentials ReadCredentials() => new(_options.Body?.Read(), _options.Basic?.Read());

    private static bool WantsBasic(BackchannelResponse response) =>
        response.Headers.WwwAuthenticate.Any(challenge => AuthScheme.Basic.Equals(challenge.Scheme, StringComparison.OrdinalIgnoreCase));

    private BearerTokenException Refused(BackchannelResponse response, TokenKey login)
    {
        var message = ServerMessage.Find(response, quotesPages: true);
        var rejected = response.Status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            or HttpStatusCode.UnprocessableEntity or HttpStatusCode.Locked;
        // Nothing is wrong with the request, so the user is not sent to its fields first.
        var isDenied = response.Status is HttpStatusCode.Forbidden or HttpStatusCode.Locked;
        var isServerError = response.MayPass;
        var error = new BearerTokenException(
            $"{response.Sender} {(rejected ? "rejected the credentials" : "failed")} "
                + $"({(int)response.Status}){response.AfterAttempts}{(message is null ? "." : $": {message}")}")
        {
            ErrorId = rejected ? "LoginRejected" : "LoginFailed",
            Kind = rejected ? BearerErrorKind.Authentication : isServerError ? BearerErrorKind.Server : BearerErrorKind.InvalidArgument,
            ErrorDescription = message,
            StatusCode = response.Status,
            RetryAfter = response.RetryAfter,
            NextStep = _options.Basic is null && WantsBasic(response)
                ? "The server asks for Basic authentication: add -LoginAuthentication Basic. If it takes the credentials in the body, "
                    + "check them and the names of their fields."
                : isDenied
                    ? "Check whether the account is locked, disabled or not allowed to log in; then the user name and the password."
                : rejected && _options.Basic is not null ? "Check the user name and the password."
                : rejected ? "Check the user name, the password, and the names of the fields that contain them."
                : isServerError ? response.TryAgain
                : "Check the login's address, and whether it expects JSON or a form.",
        };
        if (rejected) _rejected.Remember(login, error);
        return error;
    }

    private TokenKey KeyOf(Credentials credentials)
    {
        var key = new TokenKey.Builder()
            .Add("flow", Flow)
            .Add("login", _options.LoginUri)
            .Add("method", _options.Method.Method)
            .Add("content_type", _options.Body?.ContentType.ToString())
            .Add("account", _options.Account)
            .AddIdentifyingSecret("body", credentials.Body ?? [])
            .AddIdentifyingSecret("basic", credentials.Basic)
            .Add("token_path", _options.TokenPath)
            .Add("expires_in_path", _options.ExpiresInPath)
            .Add("token_header", _options.TokenHeader);
        _options.Headers?.AddTo(key);
        return key.Build();
    }

    private sealed record Credentials(byte[]? Body, Secret? Basic);
}
