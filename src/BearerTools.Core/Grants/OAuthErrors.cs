using System.Net;
using System.Text.Json;
using BearerTools.Security;
using Codes = BearerTools.Grants.OAuthConstants.Error;

namespace BearerTools.Grants;

/// <summary>Error answers of authorities (RFC 6749 section 5.2), with a line on what usually causes each.</summary>
internal static class OAuthErrors
{
    private static readonly Dictionary<string, Meaning> s_meanings = new(StringComparer.Ordinal)
    {
        [Codes.InvalidClient] = new("InvalidClient", BearerErrorKind.Authentication,
            "Check the client id and its secret, key or certificate (rotated, expired, or of another environment?), and the client authentication that it is registered for (-ClientAuthenticationMethod). For a signed assertion also this machine's clock; old authorities want -AssertionAudience TokenEndpoint."),
        [Codes.InvalidGrant] = new("InvalidGrant", BearerErrorKind.Authentication,
            "What was handed in has run out, was used before, was revoked, or is another client's: sign in again."),
        [Codes.InvalidScope] = new("InvalidScope", BearerErrorKind.InvalidArgument,
            "Check the spelling of the scopes, and whether this client may have them."),
        [Codes.InvalidTarget] = new("InvalidTarget", BearerErrorKind.InvalidArgument,
            "Check the resource: it has to be the address or name that the authority knows the API by."),
        [Codes.InvalidRequest] = new("InvalidRequest", BearerErrorKind.InvalidArgument,
            "A parameter is missing, repeated or unknown: some authorities want an audience or a resource as an additional parameter."),
        [Codes.UnauthorizedClient] = new("UnauthorizedClient", BearerErrorKind.Permission,
            "The client is known but may not use this flow: allow it where the client is registered."),
        [Codes.UnsupportedGrantType] = new("UnsupportedGrantType", BearerErrorKind.InvalidArgument,
            "The authority does not have this flow, or it is switched off there: use another."),
        [Codes.UnsupportedResponseType] = new("UnsupportedResponseType", BearerErrorKind.Permission,
            "The authority does not give this client a code: allow the authorization code flow where the client is registered."),
        [Codes.UnsupportedTokenType] = new("UnsupportedTokenType", BearerErrorKind.InvalidArgument,
            "The authority cannot end tokens of this kind: it lives until it runs out."),
        [Codes.InvalidToken] = new("InvalidToken", BearerErrorKind.Authentication,
            "The token that authorizes this request has run out, was revoked, or is of another authority: get a new one."),
        [Codes.InsufficientScope] = new("InsufficientScope", BearerErrorKind.Permission,
            "The token that authorizes this request lacks a scope: ask for it with -Scope."),
        [Codes.AuthorizationPending] = new("AuthorizationPending", BearerErrorKind.Authentication,
            "The code has not been confirmed yet."),
        [Codes.SlowDown] = new("SlowDown", BearerErrorKind.Server,
            "The authority wants to be asked less often: wait five seconds more."),
        [Codes.ExpiredToken] = new("DeviceCodeExpired", BearerErrorKind.Timeout,
            "The code was not entered in time: run the command again for a new one."),
        [Codes.InvalidRequestUri] = new("InvalidRequestUri", BearerErrorKind.InvalidArgument,
            "The pushed request has run out or was used before: run the command again."),
        [Codes.InvalidRequestObject] = new("InvalidRequestObject", BearerErrorKind.InvalidArgument,
            "The authority wants requests that are signed as it documents, or cannot read this one."),
        [Codes.InvalidDPoPProof] = new("InvalidDPoPProof", BearerErrorKind.Authentication,
            "Check this machine's clock: a proof that is minutes off is refused."),
        [Codes.UseDPoPNonce] = new("DPoPNonceRefused", BearerErrorKind.Server,
            "The authority asks for a nonce again and again: try again later, and ask who runs it."),
        [Codes.InteractionRequired] = new("InteractionRequired", BearerErrorKind.Authentication,
            "The authority wants a person: log in with Get-BearerToken -Interactive or -DeviceCode."),
        [Codes.LoginRequired] = new("LoginRequired", BearerErrorKind.Authentication,
            "The authority wants a person to log in: Get-BearerToken -Interactive or -DeviceCode."),
        [Codes.ConsentRequired] = new("ConsentRequired", BearerErrorKind.Permission,
            "A person or an administrator has to consent first: log in with Get-BearerToken -Interactive, or ask the administrator."),
        [Codes.AccountSelectionRequired] = new("AccountSelectionRequired", BearerErrorKind.Authentication,
            "The authority wants a person to choose an account: log in with Get-BearerToken -Interactive."),
        [Codes.AccessDenied] = new("AccessDenied", BearerErrorKind.Permission,
            "A policy or a person refused: ask who runs the authority."),
        [Codes.ServerError] = new("AuthorityFailed", BearerErrorKind.Server, "Try again later."),
        [Codes.TemporarilyUnavailable] = new("AuthorityUnavailable", BearerErrorKind.Server, "Try again later."),
    };

    /// <summary>The error that an answer is, or nothing. Some authorities send errors with status 200.</summary>
    public static BearerTokenException? Read(BackchannelResponse response, string clientId)
    {
        var json = response.TryReadJson();
        var code = Text(json, OAuthConstants.ApiResponse.Error);
        if (response.IsSuccess && (code is null || Text(json, OAuthConstants.ApiResponse.AccessToken) is not null)) return null;
        if (code is null) return Unnamed(response);

        return Refused($"{response.Sender} refused the client {ServerText.Clean(clientId, 100)}",
            code, Text(json, OAuthConstants.ApiResponse.ErrorDescription), Text(json, OAuthConstants.ApiResponse.ErrorUri), response.Status);
    }

    /// <param name="what">Who refused what, as the beginning of a sentence.</param>
    /// <param name="code">The error's code.</param>
    /// <param name="description">The server's words.</param>
    /// <param name="page">A page about it.</param>
    /// <param name="status">The status of the answer; nothing when it came by way of a browser.</param>
    public static BearerTokenException Refused(string what, string code, string? description, string? page, HttpStatusCode? status = null)
    {
        var meaning = s_meanings.GetValueOrDefault(code) ?? new Meaning("TokenRequestRejected", BearerErrorKind.Authentication, null);
        var shownCode = ServerText.Clean(code, 100);
        var shownDescription = description is null ? null : ServerText.Clean(description);
        return new BearerTokenException($"{what}: {shownCode}{(shownDescription is null ? "." : $": {shownDescription}")}")
        {
            Error = shownCode,
            ErrorDescription = shownDescription,
            ErrorUri = page is null ? null : ServerText.Clean(page),
            StatusCode = status,
            ErrorId = meaning.ErrorId,
            Kind = meaning.Kind,
            NextStep = meaning.NextStep,
        };
    }

    private static BearerTokenException Unnamed(BackchannelResponse response)
    {
        var words = ServerMessage.Find(response);
        var isServers = (int)response.Status is >= 500 or 429;
        return new BearerTokenException($"{response.Sender} answered {(int)response.Status}{(words is null ? ", without saying why." : $": {words}")}")
        {
            ErrorId = "TokenRequestFailed",
            Kind = isServers ? BearerErrorKind.Server : BearerErrorKind.Authentication,
            ErrorDescription = words,
            StatusCode = response.Status,
            NextStep = isServers ? "Try again later." : "Check the token endpoint's address: its answer is not one of OAuth.",
        };
    }

    private static string? Text(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } document && document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private sealed record Meaning(string ErrorId, BearerErrorKind Kind, string? NextStep);
}
