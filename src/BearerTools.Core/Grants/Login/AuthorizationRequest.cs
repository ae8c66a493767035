using System.Text.Json;
using BearerTools.Diagnostics;
using BearerTools.Security;
using Front = BearerTools.Grants.OAuthConstants.Authorization;

namespace BearerTools.Grants.Login;

/// <summary>
/// The address that a browser is sent to: with the request in it or, where the authority requires that or the user wants
/// it, with a reference to the request, which was handed in before (RFC 9126).
/// </summary>
internal sealed class AuthorizationRequest(OAuthClient client, bool isPushed)
{
    private const string Who = "The endpoint for pushed requests";

    public async Task<Uri> AddressAsync(
        AuthorityMetadata? metadata, Uri endpoint, IEnumerable<KeyValuePair<string, string>> parameters, IEventSink events, CancellationToken cancel)
    {
        if (isPushed || metadata?.RequirePushedAuthorizationRequests == true)
        {
            var reference = await PushAsync(metadata, parameters, events, cancel).ConfigureAwait(false);
            parameters = [new(Front.RequestUri, reference)];
        }

        var query = string.Join('&', parameters.Prepend(new(OAuthConstants.Parameter.ClientId, client.ClientId))
            .Select(parameter => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(parameter.Value)}"));
        return new UriBuilder(endpoint) { Query = endpoint.Query.Length > 1 ? $"{endpoint.Query}&{query}" : query }.Uri;
    }

    /// <summary>A reference is good for one login, so none is kept.</summary>
    private async Task<string> PushAsync(
        AuthorityMetadata? metadata, IEnumerable<KeyValuePair<string, string>> parameters, IEventSink events, CancellationToken cancel)
    {
        var address = metadata?.PushedAuthorizationRequestEndpoint ?? throw new BearerTokenException(
            $"The authority {ServerText.Clean(client.Authority)} names no endpoint for pushed requests (RFC 9126).")
        {
            ErrorId = "PushedRequestUnsupported",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Leave -PushRequest out, if the authority does not require it.",
        };
        // The parameters are those of an authorization request, and so have the client among them (RFC 9126 section 2.1).
        var response = await client.Connect(metadata, Who, address).PostAsync(parameters, events, cancel, isNamed: true).ConfigureAwait(false);
        var json = response.ReadJson();
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty(Front.RequestUri, out var reference) && reference.ValueKind == JsonValueKind.String)
            return reference.GetString()!;
        throw new BearerTokenException($"{response.Sender} answered without '{Front.RequestUri}'; there is {JsonPath.Names(json)}.")
        {
            ErrorId = "PushedRequestInvalid",
            Kind = BearerErrorKind.InvalidData,
            StatusCode = response.Status,
            NextStep = "Ask who runs the authority.",
        };
    }
}
