using System.Net;
using System.Text.Json;
using BearerTools.Security;
using Codes = BearerTools.Grants.OAuthConstants.Error;

namespace BearerTools.Grants;

/// <summary>Reads error responses of authorities (RFC 6749 section 5.2) and adds advice on the usual cause.</summary>
internal static class OAuthErrors
{
    private static readonly Dictionary<string, Advice> s_advice = new(StringComparer.Ordinal)
    {
        [Codes.InvalidClient] = new("InvalidClient", BearerErrorKind.Authentication,
            "Check the client id and its secret, key or certificate (rotated, expired, or from another environment?), and the client's "
                + "registered authentication method (-ClientAuthenticationMethod). For a signed assertion, also check this machine's "
                + "clock; older authorities need -AssertionAudience TokenEndpoint."),
        [Codes.InvalidGrant] = new("InvalidGrant", BearerErrorKind.Authentication,
            "The code, token or assertion has expired, was used before, was revoked, or belongs to another client: sign in again."),
        [Codes.InvalidScope] = new("InvalidScope", BearerErrorKind.InvalidArgument,
            "Check the spelling of the scopes, and whether this client is allowed to request them."),
        [Codes.InvalidTarget] = new("InvalidTarget", BearerErrorKind.InvalidArgument,
            "Check the resource: it must be the address or name under which the authority knows the API."),
        [Codes.InvalidRequest] = new("InvalidRequest", BearerErrorKind.InvalidArgument,
            "A parameter is missing, repeated or unknown: some authorities require an audience or a resource as an additional parameter."),
        [Codes.UnauthorizedClient] = new("UnauthorizedClient", BearerErrorKind.Permission,
            "The client is not allowed to use this flow: enable the flow in the client's registration."),
        [Codes.UnsupportedGrantType] = new("UnsupportedGrantType", BearerErrorKind.InvalidArgument,
            "The authority does not support this flow, or has disabled it: use another flow."),
        [Codes.UnsupportedResponseType] = new("UnsupportedResponseType", BearerErrorKind.Permission,
            "The client is not allowed to get a code: enable the authorization code flow in the client's registration."),
        [Codes.UnsupportedTokenType] = new("UnsupportedTokenType", BearerErrorKind.InvalidArgument,
            "The authority cannot revoke tokens of this kind: the token stays valid until it expires."),
        [Codes.InvalidToken] = new("InvalidToken", BearerErrorKind.Authentication,
            "The token that authorizes this request has expired, was revoked, or is from another authority: get a new one."),
        [Codes.InsufficientScope] = new("InsufficientScope", BearerErrorKind.Permission,
            "The token that authorizes this request lacks a scope: request it with -Scope."),
        [Codes.AuthorizationPending] = new("AuthorizationPending", BearerErrorKind.Authentication,
            "The code has not been confirmed yet."),
        [Codes.SlowDown] = new("SlowDown", BearerErrorKind.Server,
            BackchannelResponse.LaterOn),
        [Codes.ExpiredToken] = new("DeviceCodeExpired", BearerErrorKind.Timeout,
            "The code was not entered in time: run the command again to get a new one."),
        [Codes.InvalidRequestUri] = new("InvalidRequestUri", BearerErrorKind.InvalidArgument,
            "The pushed request has expired or was used before: run the command again."),
        [Codes.InvalidRequestObject] = new("InvalidRequestObject", BearerErrorKind.InvalidArgument,
            "The authority requires signed requests, or cannot read this one: see its documentation."),
        [Codes.InvalidDPoPProof] = new("InvalidDPoPProof", BearerErrorKind.Authentication,
            "Check this machine's clock: a proof that is minutes off is rejected."),
        [Codes.UseDPoPNonce] = new("DPoPNonceRefused", BearerErrorKind.Server,
            "The authority repeatedly asks for a nonce: try again later; if the error persists, report it to the authority's operator."),
        [Codes.InteractionRequired] = new("InteractionRequired", BearerErrorKind.Authentication,
            "The authority requires user interaction: sign in with Get-BearerToken -Interactive or -DeviceCode."),
        [Codes.LoginRequired] = new("LoginRequired", BearerErrorKind.Authentication,
            "The authority requires the user to sign in: use Get-BearerToken -Interactive or -DeviceCode."),
        [Codes.ConsentRequired] = new("ConsentRequired", BearerErrorKind.Permission,
            "A user or an administrator must consent first: sign in with Get-BearerToken -Interactive, or ask the administrator."),
        [Codes.AccountSelectionRequired] = new("AccountSelectionRequired", BearerErrorKind.Authentication,
            "The authority requires the user to choose an account: sign in with Get-BearerToken -Interactive."),
        [Codes.AccessDenied] = new("AccessDenied", BearerErrorKind.Permission,
            "The user or a policy denied the request: ask the authority's operator."),
        [Codes.ServerError] = new("AuthorityFailed", BearerErrorKind.Server, BackchannelResponse.LaterOn),
        [Codes.TemporarilyUnavailable] = new("AuthorityUnavailable", BearerErrorKind.Server, BackchannelResponse.LaterOn),
    };

    /// <summary>
    /// Returns the error contained in a response, or <see langword="null"/>. Some authorities return errors with status
    /// 200.
    /// </summary>
    public static BearerTokenException? Read(BackchannelResponse response, string clientId)
    {
        var json = response.TryReadJson();
        var code = Text(json, OAuthConstants.Response.Error);
        if (response.IsSuccess && (code is null || Text(json, OAuthConstants.Response.AccessToken) is not null)) return null;
        var requester = clientId.Length == 0 ? "request" : $"client {ServerText.Clean(clientId, 100)}";
        if (code is null) return Unnamed(response, requester);

        return Refused(
            response.MayPass && !IsDecision(response, Repetition.Always)
                ? $"{response.Sender} responded with status {(int)response.Status}{response.AfterAttempts}"
                : $"{response.Sender} refused the {requester}",
            code, Text(json, OAuthConstants.Response.ErrorDescription), Text(json, OAuthConstants.Response.ErrorUri), response);
    }

    /// <summary>True if a response states an error that the same request gets again, whatever its status.</summary>
    public static bool IsDecision(BackchannelResponse response, Repetition repetition) =>
        Text(response.TryReadJson(), OAuthConstants.Response.Error) is { } code && s_advice.ContainsKey(code)
        && code is not (Codes.ServerError or Codes.TemporarilyUnavailable)
        && (code != Codes.SlowDown || repetition == Repetition.Polled);

    /// <param name="what">The start of the message: which server refused which client.</param>
    /// <param name="code">The error code.</param>
    /// <param name="description">The server's description.</param>
    /// <param name="page">The address of a page about the error.</param>
    /// <param name="response">The response; <see langword="null"/> if the error came through the browser.</param>
    public static BearerTokenException Refused(
        string what, string code, string? description, string? page, BackchannelResponse? response = null)
    {
        var advice = s_advice.GetValueOrDefault(code) ?? (response is { MayPass: true }
            ? new Advice("TokenRequestFailed", BearerErrorKind.Server, BackchannelResponse.LaterOn)
            : new Advice("TokenRequestRejected", BearerErrorKind.Authentication, null));
        var shownCode = s_advice.ContainsKey(code) ? code : Shown(code, text => ServerText.Clean(text, 100))!;
        var shownDescription = Shown(description, text => ServerText.Sentence(text));
        return new BearerTokenException($"{what}: {shownCode}{(shownDescription is null ? "." : $": {shownDescription}")}")
        {
            Error = shownCode,
            ErrorDescription = shownDescription,
            ErrorUri = Shown(page, text => ServerText.Clean(text)),
            StatusCode = response?.Status,
            ErrorId = advice.ErrorId,
            Kind = advice.Kind,
            RetryAfter = response?.RetryAfter,
            NextStep = response is { RetryAfter: not null } && advice.NextStep is null or BackchannelResponse.LaterOn
                ? response.TryAgain
                : advice.NextStep,
        };

        // Masked before and after, as in ServerMessage.
        string? Shown(string? text, Func<string, string> clean) =>
            text is null ? null
            : response is null ? clean(text)
            : response.WithoutSecrets(clean(response.WithoutSecrets(text)));
    }

    private static BearerTokenException Unnamed(BackchannelResponse response, string requester)
    {
        var isServerError = response.MayPass;
        // A page with a server error is that of a proxy, and says nothing about the request.
        var message = ServerMessage.Find(response, quotesPages: !isServerError);
        // A page with 403 is that of a firewall.
        var isRefusal = response.Status == HttpStatusCode.Unauthorized
            || (response.Status == HttpStatusCode.Forbidden && message is not null && !response.IsMarkup);
        var advice = s_advice[Codes.InvalidClient];
        return new BearerTokenException(
            (isRefusal ? $"{response.Sender} refused the {requester} with status " : $"{response.Sender} responded with status ")
                + $"{(int)response.Status}{response.AfterAttempts}{(message is null ? " without a reason." : $": {message}")}")
        {
            ErrorId = isRefusal ? advice.ErrorId : "TokenRequestFailed",
            Kind = isServerError ? BearerErrorKind.Server : BearerErrorKind.Authentication,
            ErrorDescription = message,
            StatusCode = response.Status,
            RetryAfter = response.RetryAfter,
            NextStep = isServerError ? response.TryAgain
                : isRefusal ? advice.NextStep
                : response.IsMarkup ? "A web page responded: check the address, and whether a proxy or firewall responded instead."
                : "Check the token endpoint's address: its response is not an OAuth response.",
        };
    }

    private static string? Text(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } document
            && document.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private sealed record Advice(string ErrorId, BearerErrorKind Kind, string? NextStep);
}
