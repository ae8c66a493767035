using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Security;
using AuthorizationParameter = BearerTools.Grants.OAuthConstants.Authorization;

namespace BearerTools.Grants.Login;

/// <summary>
/// Builds the address for the browser: with the request's parameters or, if the authority or the user requires it, with a
/// reference to a pushed request (RFC 9126).
/// </summary>
internal sealed class AuthorizationRequest(OAuthClient client, bool isPushed)
{
    private const string DisplayName = "The pushed authorization request endpoint";

    public async Task<Uri> AddressAsync(
        AuthorityMetadata? metadata, Uri endpoint, IEnumerable<KeyValuePair<string, string>> parameters, IEventSink events,
        CancellationToken cancel)
    {
        if (isPushed || metadata?.RequirePushedAuthorizationRequests == true)
        {
            var reference = await PushAsync(metadata, parameters, events, cancel).ConfigureAwait(false);
            parameters = [new(AuthorizationParameter.RequestUri, reference)];
        }

        var query = string.Join('&', parameters.Prepend(new(OAuthConstants.Parameter.ClientId, client.ClientId))
            .Select(parameter => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(parameter.Value)}"));
        var parts = new UriBuilder(endpoint) { Query = endpoint.Query.Length > 1 ? $"{endpoint.Query}&{query}" : query };
        return AddressParser.TryBuild(parts, out var address) ? address : throw OAuthBackchannel.TooLong(endpoint);
    }

    /// <summary>
    /// Pushes the request and returns its reference. A reference is valid for one sign-in, so it is not cached.
    /// </summary>
    private async Task<string> PushAsync(
        AuthorityMetadata? metadata, IEnumerable<KeyValuePair<string, string>> parameters, IEventSink events,
        CancellationToken cancel)
    {
        var address = metadata?.PushedAuthorizationRequestEndpoint ?? throw new BearerTokenException(
            $"The authority {ServerText.Clean(client.Authority)} has no pushed authorization request endpoint (RFC 9126).")
        {
            ErrorId = "PushedRequestUnsupported",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Omit -PushRequest if the authority does not require it.",
        };
        // A pushed request contains all parameters of an authorization request, including client_id (RFC 9126 section 2.1).
        var response = await client.Connect(metadata, DisplayName, address)
            .PostAsync(parameters, events, cancel, isNamed: true).ConfigureAwait(false);
        var json = response.ReadJson();
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty(AuthorizationParameter.RequestUri, out var reference)
            && reference.ValueKind == JsonValueKind.String)
            return reference.GetString()!;
        throw new BearerTokenException(
            $"The response of {BackchannelErrors.InSentence(response.Sender)} has no '{AuthorizationParameter.RequestUri}'; it has "
            + $"{JsonPath.Names(json)}.")
        {
            ErrorId = "PushedRequestInvalid",
            Kind = BearerErrorKind.InvalidData,
            StatusCode = response.Status,
            NextStep = "Report this to the authority's operator.",
        };
    }
}
