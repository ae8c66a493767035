using System.Net;
using System.Net.Http.Headers;
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
        _backchannel = backchannel;
        _rejected = rejected;
        _options = options;
        Key = KeyOf(options.Body.Read());
        Metadata = new TokenMetadata { Flow = Flow, Authority = OAuthBackchannel.Show(options.LoginUri), Account = options.Account };
        Origins = [Origin.Of(options.LoginUri)];
    }

    public TokenKey Key { get; }

    public TokenMetadata Metadata { get; }

    public bool CanRenew => true;

    public IEnumerable<Origin> Origins { get; }

    /// <summary>Allows rejected credentials to be sent again, at the user's request.</summary>
    public void ForgetRejection() => _rejected.Forget(KeyOf(_options.Body.Read()));

    public async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var body = _options.Body.Read();
        var login = KeyOf(body);
        _rejected.Check(login, $"{DisplayName} {Metadata.Authority}");
        if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new LoginStarted(_options.LoginUri));

        var sent = _backchannel.Time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.LoginUri) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = _options.Body.ContentType;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*", 0.5));
        var response = await _backchannel.SendAsync(DisplayName, request, cancel).ConfigureAwait(false);
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
    }

    private BearerTokenException Refused(BackchannelResponse response, TokenKey login)
    {
        var message = ServerMessage.Find(response);
        var rejected = response.Status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            or HttpStatusCode.UnprocessableEntity;
        var isServerError = (int)response.Status is >= 500 or 429;
        var error = new BearerTokenException(
            $"{response.Sender} {(rejected ? "rejected the credentials" : "failed")} "
                + $"({(int)response.Status}){(message is null ? "." : $": {message}")}")
        {
            ErrorId = rejected ? "LoginRejected" : "LoginFailed",
            Kind = rejected ? BearerErrorKind.Authentication : isServerError ? BearerErrorKind.Server : BearerErrorKind.InvalidArgument,
            ErrorDescription = message,
            StatusCode = response.Status,
            NextStep = rejected ? "Check the user name, the password, and the names of the fields that contain them."
                : isServerError ? "Try again later."
                : "Check the login's address, and whether it expects JSON or a form.",
        };
        if (rejected) _rejected.Remember(login, error);
        return error;
    }

    private TokenKey KeyOf(byte[] body) => new TokenKey.Builder()
        .Add("flow", Flow)
        .Add("login", _options.LoginUri)
        .Add("content_type", _options.Body.ContentType.ToString())
        .Add("account", _options.Account)
        .AddIdentifyingSecret("body", body)
        .Add("token_path", _options.TokenPath)
        .Add("expires_in_path", _options.ExpiresInPath)
        .Add("token_header", _options.TokenHeader)
        .Build();
}
