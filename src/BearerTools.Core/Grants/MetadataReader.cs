using System.Text.Json;
using BearerTools.Security;
using Words = BearerTools.Grants.OAuthConstants.Metadata;

namespace BearerTools.Grants;

/// <summary>
/// Reads an authority's metadata. What was got over https may name only https endpoints; what was got from this machine
/// over plain http may also name this machine's.
/// </summary>
internal sealed class MetadataReader(Uri source)
{
    public AuthorityMetadata Read(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object || Text(document, Words.Issuer) is not { Length: > 0 } issuer)
            throw Invalid($"has no '{Words.Issuer}'");
        var endpoints = Endpoints(document);
        return new AuthorityMetadata
        {
            Issuer = issuer,
            AuthorizationEndpoint = Endpoint(document, Words.AuthorizationEndpoint),
            TokenEndpoint = endpoints.TokenEndpoint,
            DeviceAuthorizationEndpoint = endpoints.DeviceAuthorizationEndpoint,
            PushedAuthorizationRequestEndpoint = endpoints.PushedAuthorizationRequestEndpoint,
            RevocationEndpoint = endpoints.RevocationEndpoint,
            IntrospectionEndpoint = endpoints.IntrospectionEndpoint,
            UserInfoEndpoint = endpoints.UserInfoEndpoint,
            JwksUri = Endpoint(document, Words.JwksUri),
            MtlsAliases = document.TryGetProperty(Words.MtlsEndpointAliases, out var aliases) && aliases.ValueKind == JsonValueKind.Object
                ? Endpoints(aliases)
                : null,
            GrantTypes = List(document, Words.GrantTypes),
            ResponseTypes = List(document, Words.ResponseTypes),
            Scopes = List(document, Words.Scopes),
            CodeChallengeMethods = List(document, Words.CodeChallengeMethods),
            TokenEndpointAuthMethods = List(document, Words.TokenEndpointAuthMethods),
            TokenEndpointAuthSigningAlgorithms = List(document, Words.TokenEndpointAuthSigningAlgorithms),
            IdTokenSigningAlgorithms = List(document, Words.IdTokenSigningAlgorithms),
            DPoPSigningAlgorithms = List(document, Words.DPoPSigningAlgorithms),
            AuthorizationResponseIss = Flag(document, Words.AuthorizationResponseIss),
            RequirePushedAuthorizationRequests = Flag(document, Words.RequirePushedAuthorizationRequests),
            CertificateBoundAccessTokens = Flag(document, Words.CertificateBoundAccessTokens),
        };
    }

    private AuthorityEndpoints Endpoints(JsonElement document) => new()
    {
        TokenEndpoint = Endpoint(document, Words.TokenEndpoint),
        DeviceAuthorizationEndpoint = Endpoint(document, Words.DeviceAuthorizationEndpoint),
        PushedAuthorizationRequestEndpoint = Endpoint(document, Words.PushedAuthorizationRequestEndpoint),
        RevocationEndpoint = Endpoint(document, Words.RevocationEndpoint),
        IntrospectionEndpoint = Endpoint(document, Words.IntrospectionEndpoint),
        UserInfoEndpoint = Endpoint(document, Words.UserInfoEndpoint),
    };

    private Uri? Endpoint(JsonElement document, string name)
    {
        if (Text(document, name) is not { } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.UserInfo.Length > 0 || !Origin.TryOf(address, out var origin))
            throw Invalid($"names a '{name}' that is no address: {ServerText.Clean(text)}");
        if (origin.IsHttps || (!Origin.Of(source).IsHttps && origin.IsSafe)) return address;
        throw new BearerTokenException($"The metadata {OAuthBackchannel.Show(source)} names a '{name}' that is not https: {OAuthBackchannel.Show(address)}.")
        {
            ErrorId = "InsecureEndpoint",
            Kind = BearerErrorKind.Security,
            NextStep = "The authority's operator has to correct it (a proxy in front of it often hides https from it). Nothing is sent there.",
        };
    }

    private static string? Text(JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string[]? List(JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)]
            : null;

    private BearerTokenException Invalid(string what) => new($"The metadata {OAuthBackchannel.Show(source)} {what}.")
    {
        ErrorId = "InvalidMetadata",
        Kind = BearerErrorKind.InvalidData,
        NextStep = "Check the authority, or give the token endpoint's address instead.",
    };
}
