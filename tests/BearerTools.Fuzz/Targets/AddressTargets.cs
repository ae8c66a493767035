using BearerTools.Fuzz.Support;
using BearerTools.Grants;
using BearerTools.Grants.Login;
using BearerTools.Http;
using BearerTools.Http.Connecting;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Fuzz.Targets;

/// <summary>Addresses: of redirects, of the user, of proxies.</summary>
internal static class AddressTargets
{
    private static readonly Uri s_base = new("https://api.example.com/v1/");

    public static IEnumerable<Target> All { get; } =
    [
        new("ParsedAddresses", "uri", Parsed),
        new("FollowedAddresses", "uri", Followed),
        new("RequestAddresses", "uri", text => _ = RequestAddress.Printable(RequestAddress.Resolve(text, s_base, "q=1"))),
        new("BaseAddresses", "uri", text => _ = AddressParser.TryParse(text, UriKind.RelativeOrAbsolute, out var address) ? RequestAddress.Base(address) : null),
        new("Issuers", "uri", text => _ = WellKnownAddress.Candidates(WellKnownAddress.ReadIssuer(text)).ToArray()),
        new("RedirectAddresses", "uri", text => Redirected(RedirectAddress.Parse(text))),
        new("Resources", "uri", text => _ = ResourceOrigin.Of([text]).ToArray()),
        new("VerificationPages", "uri", text => _ = DeviceAuthorization.Page("The server", text)),
        new("AuthorizationResponses", "query", text => ReadParameters(new AuthorizationResponse(text))),
        new("EnvironmentProxies", "proxy", text => EnvironmentProxy.RegisterPasswords(_ => text)),
        new("ExplicitProxies", "proxy", text => _ = AddressParser.TryParse(text, UriKind.RelativeOrAbsolute, out var address) ? new ExplicitProxy(address) : null),
        Target.OfTask("LoopbackRequests", "request", async text =>
        {
            using var stream = new MemoryStream(Mutants.Bytes(text));
            _ = await LoopbackRequest.ReadAsync(stream, default);
        }),
    ];

    /// <summary>Members of an address throw nothing either, and an origin is an address again.</summary>
    private static void Parsed(string text)
    {
        foreach (var kind in (UriKind[])[UriKind.Absolute, UriKind.Relative, UriKind.RelativeOrAbsolute])
        {
            if (AddressParser.TryParse(text, kind, out var address)) Read(address);
        }

        if (AddressParser.TryResolve(s_base, text, out var resolved)) Read(resolved);
    }

    private static void Read(Uri address)
    {
        if (!address.IsAbsoluteUri) _ = (address.ToString(), address.GetHashCode());
        else _ = (address.AbsoluteUri, address.ToString(), address.Host, address.PathAndQuery, address.LocalPath, address.Fragment, address.UserInfo, PrintableAddress.Of(address));
        if (Origin.TryOf(address, out var origin)) _ = (origin.Root, origin.ToString());
    }

    private static void Followed(string text)
    {
        if (!ServerProvidedUri.TryResolve(text, Responses.Address, out var address, out _)) _ = ServerProvidedUri.Resolve(text, Responses.Api(), "the next page");
        else _ = (Responses.Request().At(address), AddressQuery.With(address, "cursor", text), AddressQuery.Value(address, "a"), PrintableAddress.Of(address), Origin.Of(address).ToString());
    }

    private static void Redirected(RedirectAddress address) => _ = (address.At(1234), address.IsHost("localhost:1", 1), address.Path);

    private static void ReadParameters(AuthorizationResponse response) => _ = (response["code"], response.Repeated("code", "state", "iss"));
}
