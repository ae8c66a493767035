using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Grants.Keys;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Grants;

/// <summary>
/// Gets an installation token of a GitHub App in exchange for a JWT signed with the app's key. The tokens are for the API
/// that issued them.
/// </summary>
internal sealed class GitHubAppSource : ITokenSource
{
    public const string Flow = "GitHubApp";

    private const string DisplayName = "GitHub";

    /// <summary>GitHub allows at most 10 minutes; the margin allows for clocks that run ahead.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan s_backdating = TimeSpan.FromMinutes(1);

    private readonly OAuthBackchannel _backchannel;
    private readonly GitHubAppOptions _options;
    private readonly Uri _address;
    private readonly byte[] _body;

    /// <exception cref="BearerTokenException">The options are invalid.</exception>
    public GitHubAppSource(OAuthBackchannel backchannel, GitHubAppOptions options)
    {
        OAuthBackchannel.CheckAddress(DisplayName, options.Api);
        var key = options.Key.Read();
        SigningAlgorithm.Check(SigningAlgorithm.RS256, key);
        _backchannel = backchannel.With(options.Headers);
        _options = options;
        var path = $"{options.Api.GetLeftPart(UriPartial.Path).TrimEnd('/')}/app/installations/"
            + $"{options.InstallationId.ToString(CultureInfo.InvariantCulture)}/access_tokens";
        _address = AddressParser.TryParse(path, out var address) ? address : throw OAuthBackchannel.TooLong(options.Api);
        _body = BodyOf(options);
        Metadata = new TokenMetadata { Flow = Flow, Authority = OAuthBackchannel.Show(options.Api), ClientId = options.AppId };
        Origins = [Origin.Of(options.Api)];
        var identity = new TokenKey.Builder().Add("flow", Flow).Add("endpoint", _address).Add("app", options.AppId)
            .AddPlace("key", options.Key.Text).Add("key", key.Thumbprint).Add("body", Convert.ToBase64String(_body));
        options.Headers?.AddTo(identity);
        Key = identity.Build();
    }

    public TokenKey Key { get; }

    public TokenMetadata Metadata { get; }

    public bool CanRenew => true;

    public IEnumerable<Origin> Origins { get; }

    public async Task<TokenResult> AcquireAsync(TokenRequestContext context, CancellationToken cancel)
    {
        var sent = _backchannel.Time.GetUtcNow();
        var jwt = SignedJwt.Make(_options.Key.Read(), SigningAlgorithm.RS256, null, new Dictionary<string, object>
        {
            ["iss"] = _options.AppId,
            ["iat"] = (sent - s_backdating).ToUnixTimeSeconds(),
            ["exp"] = (sent + s_lifetime).ToUnixTimeSeconds(),
        });
        if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new AppTokenRequested(_address, _options.AppId));
        var response = await _backchannel.SendAsync(DisplayName, () => Message(jwt), Repetition.Always, context.Events, cancel)
            .ConfigureAwait(false);
        var token = response.IsSuccess ? Read(response, sent) : throw Refused(response);
        GC.KeepAlive(jwt); // Kept alive so that an error response that quotes it is redacted.
        return new TokenResult(token);
    }

    private HttpRequestMessage Message(Secret jwt)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(_body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue(AuthScheme.Bearer, jwt.Reveal());
        request.Headers.Accept.ParseAdd("application/vnd.github+json");
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        return request;
    }

    private AccessToken Read(BackchannelResponse response, DateTimeOffset sent)
    {
        var json = response.ReadJson();
        if (json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("token", out var value)
            || value.ValueKind != JsonValueKind.String
            || !TokenText.IsSendable(value.GetString()!))
        {
            throw new BearerTokenException($"{response.Sender} returned no usable token, only {JsonPath.Names(json)}.")
            {
                ErrorId = "TokenMissing",
                Kind = BearerErrorKind.InvalidData,
                StatusCode = response.Status,
                NextStep = "Check the address: it must be the root of GitHub's API.",
            };
        }

        return new AccessToken(new Secret(value.GetString()!), Metadata with
        {
            IssuedOn = sent,
            ExpiresOn = json.TryGetProperty("expires_at", out var end)
                && end.ValueKind == JsonValueKind.String
                && end.TryGetDateTimeOffset(out var time)
                ? ServerClock.ToLocal(time, sent, response.Headers)
                : null,
            Scopes = Permissions(json),
        });
    }

    /// <summary>Returns GitHub's permissions in the form of scopes: <c>contents:read</c>.</summary>
    private static string[] Permissions(JsonElement json) =>
        json.TryGetProperty("permissions", out var granted) && granted.ValueKind == JsonValueKind.Object
            ? [.. granted.EnumerateObject().Select(permission => ServerText.Clean($"{permission.Name}:{permission.Value}", 100))]
            : [];

    private BearerTokenException Refused(BackchannelResponse response)
    {
        var message = ServerMessage.Find(response);
        var (id, kind, next) = (int)response.Status switch
        {
            401 => ("GitHubAppRejected", BearerErrorKind.Authentication,
                "Check the app's id, that the key belongs to this app, and this machine's clock."),
            403 => ("GitHubAppForbidden", BearerErrorKind.Permission, "The installation is suspended, or the app lacks the permission."),
            404 => ("InstallationNotFound", BearerErrorKind.NotFound,
                $"Check the installation's id ({_options.InstallationId}), and that it belongs to this app; for GitHub Enterprise, "
                + "pass the API's root with -Authority."),
            422 => ("GitHubAppInvalid", BearerErrorKind.InvalidArgument,
                "Check the repositories and permissions: the installation must have them."),
            _ when response.MayPass => ("TokenRequestFailed", BearerErrorKind.Server, response.TryAgain),
            _ => ("TokenRequestFailed", BearerErrorKind.Authentication, "Check the address: it must be the root of GitHub's API."),
        };
        var app = ServerText.Clean(_options.AppId, 100);
        var what = response.MayPass
            ? $"responded to the app {app} with status {(int)response.Status}{response.AfterAttempts}"
            : $"refused the app {app} ({(int)response.Status})";
        return new BearerTokenException($"{response.Sender} {what}{(message is null ? "." : $": {message}")}")
        {
            ErrorId = id,
            Kind = kind,
            RetryAfter = response.RetryAfter,
            ErrorDescription = message,
            StatusCode = response.Status,
            NextStep = next,
        };
    }

    private static byte[] BodyOf(GitHubAppOptions options)
    {
        var request = new SortedDictionary<string, object>(StringComparer.Ordinal);
        if (options.Repositories.Count > 0) request["repositories"] = options.Repositories;
        if (options.Permissions.Count > 0)
            request["permissions"] = new SortedDictionary<string, string>(options.Permissions.ToDictionary(), StringComparer.Ordinal);
        return JsonSerializer.SerializeToUtf8Bytes(request);
    }
}

/// <summary>A GitHub App, its installation and the requested access.</summary>
internal sealed record GitHubAppOptions
{
    /// <summary>The root address of the API.</summary>
    public Uri Api { get; init; } = AddressParser.Known("https://api.github.com");

    /// <summary>The app's id or client id.</summary>
    public required string AppId { get; init; }

    public required long InstallationId { get; init; }

    public required KeyPlace Key { get; init; }

    /// <summary>Headers of the request, or <see langword="null"/>.</summary>
    public BackchannelHeaders? Headers { get; init; }

    /// <summary>Names of repositories; empty for all repositories of the installation.</summary>
    public IReadOnlyList<string> Repositories { get; init; } = [];

    /// <summary>
    /// Requested permissions, such as <c>contents</c> with <c>read</c>; empty for all permissions of the installation.
    /// </summary>
    public IReadOnlyDictionary<string, string> Permissions { get; init; } = new Dictionary<string, string>();
}
