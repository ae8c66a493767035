using System.Net;
using BearerTools.Diagnostics;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Http;

/// <summary>
/// Sends the connection's token to the connection's origins and nowhere else, and renews it once when the API rejects it. When
/// several requests are rejected with the same token, one new token is requested, and each request is sent once more.
/// </summary>
/// <param name="socket">Sends the request.</param>
/// <param name="connection">The connection whose token is sent, and the origins it may be sent to.</param>
/// <param name="allowUnencrypted">True if the token may be sent over plain HTTP to other machines.</param>
/// <param name="grant">An origin that the user's own command line allows, for this call only.</param>
/// <param name="renewOn">Statuses besides 401 that reject a token at this API.</param>
/// <param name="minimumLifetime">The time that the token has to last when a request is sent, or <see langword="null"/>.</param>
internal sealed class BearerHandler(
    SocketHandler socket, ITokenConnection connection, bool allowUnencrypted, Origin? grant = null, IReadOnlyList<int>? renewOn = null,
    TimeSpan? minimumLifetime = null)
    : IRequestHandler
{
    /// <summary>The last origin that passed the check: most requests of a call go to the same one.</summary>
    private volatile AdmittedOrigin? _admitted;

    private TokenEntry Tokens => connection.Tokens;

    public async Task<ApiResponse> SendAsync(RequestTemplate template, RequestContext context)
    {
        if (!template.CarriesToken) return await socket.SendAsync(template, null, context).ConfigureAwait(false);
        if (_admitted?.Origin != template.Origin) CheckOrigin(template);

        var token = Tokens.Valid(context.Events, minimumLifetime) ?? await Tokens.GetAsync(
            new TokenRequestContext { Events = context.Events, MinimumLifetime = minimumLifetime }, context.Cancel).ConfigureAwait(false);
        var response = await SendAsync(template, token, context).ConfigureAwait(false);
        response.Sent = new SentIdentity(connection.Placement, token, Tokens.Source);
        if (!IsRejection(response, token))
        {
            if (response.Status != HttpStatusCode.Unauthorized) Tokens.Accepted(token);
            return response;
        }

        if (!Tokens.CanRenew) return response;
        return await ReplayAsync(template, token, response, context).ConfigureAwait(false);
    }

    /// <summary>The only place that decides whether a response rejects the token.</summary>
    private bool IsRejection(ApiResponse response, AccessToken token, bool isReplacement = false)
    {
        if (!Challenge.AsksForAnotherToken(response.Message, connection.Placement.SchemeOf(token), renewOn ?? [])) return false;
        response.RejectedToken = token;
        response.IsTokenFinal = isReplacement || !Tokens.CanRenew;
        return true;
    }

    private Task<ApiResponse> SendAsync(RequestTemplate template, AccessToken token, RequestContext context) => token.ProofKey is { } key
        ? DPoPHandler.SendAsync(socket, template, token, key, context)
        : socket.SendAsync(template, token, context);

    private async Task<ApiResponse> ReplayAsync(
        RequestTemplate template, AccessToken rejected, ApiResponse rejection, RequestContext context)
    {
        if (template.Body is { CanReplay: false })
        {
            rejection.Dispose();
            throw new BearerRequestException(
                "The API rejected the token, and the body, a stream that cannot be rewound, has already been sent.",
                rejection.Status)
            {
                ErrorId = "BodyNotReplayable",
                Kind = BearerErrorKind.Authentication,
                Address = RequestAddress.Printable(template.Address),
                NextStep = "Run Update-BearerToken and send the request again, or pass the body as text, bytes or a file.",
            };
        }

        AccessToken? replacement;
        string? claims;
        try
        {
            claims = Challenge.Claims(rejection.Message, rejected.TokenType);
            if (context.Events.IsEnabled(EventLevel.Verbose))
                context.Events.Write(new TokenRejected(rejected.Fingerprint, claims is not null));
            replacement = await Tokens.ReplaceAsync(
                rejected, new TokenRequestContext { Events = context.Events, Claims = claims }, context.Cancel).ConfigureAwait(false);
        }
        catch
        {
            rejection.Dispose();
            throw;
        }

        if (replacement is null)
        {
            rejection.IsTokenFinal = true;
            return rejection;
        }

        rejection.Dispose();
        context.Reason = SendReason.NewToken;
        if (context.Events.IsEnabled(EventLevel.Detail))
            context.Events.Write(new RejectedRequestRepeated(rejected.Fingerprint, replacement.Fingerprint, claims is not null));
        var response = await SendAsync(template, replacement, context).ConfigureAwait(false);
        response.Sent = new SentIdentity(connection.Placement, replacement, Tokens.Source);
        if (IsRejection(response, replacement, isReplacement: true)) Tokens.Rejected(replacement, context.Events);
        else if (response.Status != HttpStatusCode.Unauthorized) Tokens.Accepted(replacement);
        return response;
    }

    private void CheckOrigin(RequestTemplate template)
    {
        var origin = template.Origin;
        var what = connection.Placement.Scheme == AuthScheme.Basic ? "credential" : "token";
        if (!origin.IsSafe && !allowUnencrypted)
        {
            throw new BearerRequestException($"The {what} is not sent to {origin}: without https it can be read in transit.")
            {
                ErrorId = "UnencryptedAuthentication",
                Kind = BearerErrorKind.Security,
                Address = RequestAddress.Printable(template.Address),
                NextStep = "Use https, or accept the risk with -AllowUnencryptedAuthentication.",
            };
        }

        if (origin != grant && !connection.Origins.Admits(origin))
        {
            var allowed = string.Join(", ", grant is { } granted ? connection.Origins.Allowed.Append(granted) : connection.Origins.Allowed);
            throw new BearerRequestException(
                allowed.Length > 0
                    ? $"The {what} is for {allowed} and is not sent to {origin}."
                    : $"The {what} is not sent to {origin}: no address that you typed allows it.")
            {
                ErrorId = "OriginNotAllowed",
                Kind = BearerErrorKind.Security,
                Address = RequestAddress.Printable(template.Address),
                NextStep = allowed.Length > 0
                    ? connection.AdviceFor(origin)
                    : $"If the {what} may be sent there, add -BaseUri {origin} to the command.",
            };
        }

        _admitted = new AdmittedOrigin(origin);
    }

    /// <summary>A reference type, so that concurrent requests read and replace the origin atomically.</summary>
    private sealed record AdmittedOrigin(Origin Origin);
}
