using System.Text.Json;
using BearerTools.Security;
using MetadataMember = BearerTools.Grants.OAuthConstants.Metadata;

namespace BearerTools.Grants;

/// <summary>
/// Reads an authority's metadata. A document from an https address may name only https endpoints; one from a loopback http
/// address may also name loopback endpoints.
/// </summary>
internal sealed class MetadataReader(Uri source)
{
    public AuthorityMetadata Read(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object || Text(document, MetadataMember.Issuer) is not { Length: > 0 } issuer)
            throw Invalid($"has no '{MetadataMember.Issuer}'");
        var endpoints = Endpoints(document);
        return new AuthorityMetadata
        {
            Issuer = issuer,
            AuthorizationEndpoint = Endpoint(document, MetadataMember.AuthorizationEndpoint),
            TokenEndpoint = endpoints.TokenEndpoint,
            DeviceAuthorizationEndpoint = endpoints.DeviceAuthorizationEndpoint,
            PushedAuthorizationRequestEndpoint = endpoints.PushedAuthorizationRequestEndpoint,
            RevocationEndpoint = endpoints.RevocationEndpoint,
            IntrospectionEndpoint = endpoints.IntrospectionEndpoint,
            UserInfoEndpoint = endpoints.UserInfoEndpoint,
            JwksUri = Endpoint(document, MetadataMember.JwksUri),
            MtlsAliases = document.TryGetProperty(MetadataMember.MtlsEndpointAliases, out var aliases)
                && aliases.ValueKind == JsonValueKind.Object
                ? Endpoints(aliases)
                : null,
            GrantTypes = List(document, MetadataMember.GrantTypes),
            ResponseTypes = List(document, MetadataMember.ResponseTypes),
            Scopes = List(document, MetadataMember.Scopes),
            CodeChallengeMethods = List(document, MetadataMember.CodeChallengeMethods),
            TokenEndpointAuthMethods = List(document, MetadataMember.TokenEndpointAuthMethods),
            TokenEndpointAuthSigningAlgorithms = List(document, MetadataMember.TokenEndpointAuthSigningAlgorithms),
            IdTokenSigningAlgorithms = List(document, MetadataMember.IdTokenSigningAlgorithms),
            DPoPSigningAlgorithms = List(document, MetadataMember.DPoPSigningAlgorithms),
            AuthorizationResponseIss = Flag(document, MetadataMember.AuthorizationResponseIss),
            RequirePushedAuthorizationRequests = Flag(document, MetadataMember.RequirePushedAuthorizationRequests),
            CertificateBoundAccessTokens = Flag(document, MetadataMember.CertificateBoundAccessTokens),
        };
    }

    private AuthorityEndpoints Endpoints(JsonElement document) => new()
    {
        TokenEndpoint = Endpoint(document, MetadataMember.TokenEndpoint),
        DeviceAuthorizationEndpoint = Endpoint(document, MetadataMember.DeviceAuthorizationEndpoint),
        PushedAuthorizationRequestEndpoint = Endpoint(document, MetadataMember.PushedAuthorizationRequestEndpoint),
        RevocationEndpoint = Endpoint(document, MetadataMember.RevocationEndpoint),
        IntrospectionEndpoint = Endpoint(document, MetadataMember.IntrospectionEndpoint),
        UserInfoEndpoint = Endpoint(document, MetadataMember.UserInfoEndpoint),
    };

    private Uri? Endpoint(JsonElement document, string name)
    {
        if (Text(document, name) is not { } text) return null;
        if (!AddressParser.TryParse(text, out var address)
            || address.UserInfo.Length > 0
            || !Origin.TryOf(address, out var origin))
            throw Invalid($"has a '{name}' that is not a valid address: {ServerText.Clean(text)}");
        if (origin.IsHttps || (!Origin.Of(source).IsHttps && origin.IsSafe)) return address;
        throw new BearerTokenException($"The metadata {OAuthBackchannel.Show(source)} has a '{name}' that is not https: "
            + $"{OAuthBackchannel.Show(address)}.")
        {
            ErrorId = "InsecureEndpoint",
            Kind = BearerErrorKind.Security,
            NextStep = "Nothing was sent there. Report this to the authority's operator (a proxy in front of the authority often hides "
                + "https from it).",
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
        NextStep = "Check the authority, or use -TokenEndpoint instead.",
    };
}
