using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>Derives the metadata addresses of an issuer.</summary>
internal static class WellKnownAddress
{
    private const string Segment = "/.well-known/";

    /// <exception cref="BearerTokenException">The text is not a valid issuer identifier (RFC 8414 section 2).</exception>
    public static Uri ReadIssuer(string authority)
    {
        var document = authority.IndexOf(Segment, StringComparison.Ordinal);
        if (document > 0)
            throw Invalid(authority, "is the address of a metadata document",
                $"Pass the issuer, often the part before that path: '{ServerText.Clean(authority[..document])}'.");
        if (!AddressParser.TryParse(authority, out var issuer) || issuer.Host.Length == 0 || !Origin.TryOf(issuer, out _))
            throw Invalid(authority, "is not an absolute address", "Use the form https://host or https://host/path.");
        if (issuer.Query.Length > 0 || issuer.Fragment.Length > 0 || issuer.UserInfo.Length > 0)
            throw Invalid(authority, "has a query, a fragment or a user name", "Use the form https://host or https://host/path.");
        return issuer;
    }

    /// <summary>
    /// Returns the addresses to try: OpenID Connect appends the well-known path to the issuer's path; RFC 8414 section 3
    /// inserts it before.
    /// </summary>
    public static IEnumerable<Uri> Candidates(Uri issuer)
    {
        // Concatenated as text: resolved as a relative reference, a path that begins with two slashes would name another
        // host.
        var host = issuer.GetLeftPart(UriPartial.Authority);
        var path = issuer.AbsolutePath.TrimEnd('/');
        foreach (var text in (string[])[host + path + OAuthConstants.OpenIdWellKnown, host + OAuthConstants.OAuthWellKnown + path])
        {
            // One that is too long for .NET 8 is not tried.
            if (AddressParser.TryParse(text, out var address)) yield return address;
        }
    }

    private static BearerTokenException Invalid(string authority, string what, string nextStep) =>
        new($"The authority '{ServerText.Clean(authority.Split('?', '#')[0].Split('@')[^1])}' {what}.")
        {
            ErrorId = "InvalidAuthority",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = nextStep,
        };
}
