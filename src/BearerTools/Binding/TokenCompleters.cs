using System.Collections;
using BearerTools.Grants;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Binding;

/// <summary>Completes authorities: those whose metadata is cached, and those of cached tokens and of profiles.</summary>
public sealed class AuthorityCompleter : ValueCompleter
{
    private protected override IEnumerable<string> Values(IDictionary bound) =>
        BearerSession.Services.Discovery.Known.Select(metadata => metadata.Issuer)
        .Concat(BearerSession.Services.Cache.Snapshot().Select(entry => entry.Source)
            .Concat(BearerSession.Services.Profiles.All.Select(profile => profile.Source))
            .Select(Of)
            .OfType<string>())
        .Order(StringComparer.Ordinal);

    /// <summary>The value of -Authority for a source, or <see langword="null"/> if it was created without that parameter.</summary>
    private static string? Of(ITokenSource source) => source switch
    {
        { Authority: OAuthClient client } => client.Issuer,
        GitHubAppSource app => app.Metadata.Authority,
        _ => null,
    };
}

/// <summary>Completes scopes from cached metadata and cached tokens. A typed authority narrows the list.</summary>
public sealed class ScopeCompleter : ValueCompleter
{
    private protected override IEnumerable<string> Values(IDictionary bound)
    {
        var authority = bound[nameof(Cmdlets.TokenFlowCommand.Authority)] as string;
        var tenant = bound[nameof(Cmdlets.TokenFlowCommand.TenantId)] as string;
        var supported = BearerSession.Services.Discovery.Known
            .Where(metadata => authority == metadata.Issuer || (authority ?? tenant) is null)
            .SelectMany(metadata => metadata.Scopes ?? []);
        var granted = BearerSession.Services.Cache.Snapshot()
            .Where(entry => IsOf(entry.Source.Metadata.Authority, authority, tenant))
            .SelectMany(entry => entry.Current?.Scopes ?? []);
        return supported.Concat(granted).Order(StringComparer.Ordinal);
    }

    private static bool IsOf(string? issuer, string? authority, string? tenant) =>
        authority is not null ? authority == issuer
        : tenant is null || (issuer is not null && issuer.EndsWith($"/{tenant}", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Completes user names of accounts that logged in through Entra ID and have a cached token.</summary>
public sealed class AccountCompleter : ValueCompleter
{
    private protected override IEnumerable<string> Values(IDictionary bound) => BearerSession.Services.Cache.Snapshot()
        .Where(entry => entry is { CanRenew: true, Source.TakesClaims: true })
        .Where(entry => entry.Source.Metadata.Flow is "AuthorizationCode" or "DeviceCode" or "Account")
        .Select(entry => entry.Current?.Account)
        .OfType<string>()
        .Order(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Completes the names of token types (RFC 8693 section 3).</summary>
public sealed class TokenTypeCompleter : ValueCompleter
{
    private protected override IEnumerable<string> Values(IDictionary bound) => TokenTypeName.Names;
}

/// <summary>Completes the media types of login requests.</summary>
public sealed class LoginContentTypeCompleter : ValueCompleter
{
    internal const string Json = "application/json";
    internal const string Form = "application/x-www-form-urlencoded";

    private protected override IEnumerable<string> Values(IDictionary bound) => [Json, Form];
}

/// <summary>Completes words before the token that APIs use.</summary>
public sealed class TokenSchemeCompleter : ValueCompleter
{
    private protected override IEnumerable<string> Values(IDictionary bound) =>
        ["Bearer", "Token", "SSWS", "ApiKey", "Bot", "OAuth", "GenieKey", "Zoho-oauthtoken"];
}

/// <summary>Completes rates that are common limits of APIs.</summary>
public sealed class RateLimitCompleter : ValueCompleter
{
    private protected override IEnumerable<string> Values(IDictionary bound) => ["10/s", "50/s", "100/s", "600/m", "5000/h"];
}

/// <summary>Completes the names of profiles.</summary>
public sealed class ProfileNameCompleter : ValueCompleter
{
    private protected override IEnumerable<string> Values(IDictionary bound) => BearerSession.Services.Profiles.Names
        .Union(SavedProfiles.NamesOrNone, StringComparer.OrdinalIgnoreCase)
        .Order(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Completes HTTP methods in the rules of mocks.</summary>
public sealed class MethodCompleter : ValueCompleter
{
    private protected override IEnumerable<string> Values(IDictionary bound) =>
        ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", Mocking.MockRule.Any];
}
