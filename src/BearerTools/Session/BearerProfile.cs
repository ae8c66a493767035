using BearerTools.Profiles;
using BearerTools.Profiles.Saved;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools;

/// <summary>A named definition of a connection. Contains no secrets.</summary>
public sealed class BearerProfile
{
    internal BearerProfile(ConnectionProfile profile)
    {
        var metadata = profile.Source.Metadata;
        Name = profile.Name;
        SavedIn = profile.SavedIn;
        Flow = metadata.Flow;
        Authority = metadata.Authority;
        ClientId = metadata.ClientId;
        Account = metadata.Account;
        Scopes = metadata.Scopes;
        BaseUri = profile.BaseUri;
        BaseUriPath = profile.BaseUriPath;
        Store = profile.Store;
        TokenSentAs = profile.Placement.Shown(metadata.TokenType);
        Origins = [.. profile.Origins.Allowed.Select(origin => origin.ToString())];
    }

    /// <summary>A saved profile as its file defines it, because a secret that it refers to is missing.</summary>
    internal BearerProfile(SavedProfile saved)
    {
        Name = saved.Name;
        SavedIn = saved.File.Path;
        Authority = saved.Text("Authority") ?? saved.Text("TokenEndpoint") ?? saved.Text("LoginUri");
        ClientId = saved.Text("ClientId");
        Account = saved.Text("UserName") ?? saved.Text("Account");
        Scopes = saved.Texts("Scope");
        BaseUri = AddressParser.TryParse(saved.Text("BaseUri"), out var address) ? address : null;
        BaseUriPath = saved.Text("BaseUriPath");
        Store = Enum.TryParse<StoreKind>(saved.Text("Store"), ignoreCase: true, out var store) ? store : null;
        var placement = TokenPlacement.Create(
            saved.Text("TokenScheme"), saved.Text("SendTokenInHeader"), saved.Text("SendTokenInCookie")) ?? TokenPlacement.Default;
        TokenSentAs = placement.Shown("Bearer");
        Origins =
        [
            .. saved.Texts("AllowedOrigin").Prepend(saved.Text("BaseUri"))
                .Select(text =>
                    AddressParser.TryParse(text, out var given) && Origin.TryOf(given, out var origin) ? origin.ToString() : null)
                .OfType<string>().Distinct(),
        ];
    }

    /// <summary>Name of the profile.</summary>
    public string Name { get; }

    /// <summary>The file that the profile is saved in, or <see langword="null"/> if it is defined in this process only.</summary>
    public string? SavedIn { get; }

    /// <summary>The token flow, such as <c>ClientCredentials</c>.</summary>
    public string? Flow { get; }

    /// <summary>Issuer of the token, or the address of the login or token endpoint.</summary>
    public string? Authority { get; }

    /// <summary>Client id.</summary>
    public string? ClientId { get; }

    /// <summary>User name, or <see langword="null"/> if the profile names no user.</summary>
    public string? Account { get; }

    /// <summary>The requested scopes.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>Base address of relative addresses, or <see langword="null"/>.</summary>
    public Uri? BaseUri { get; }

    /// <summary>Where and how the token is sent, such as <c>Authorization: SSWS</c> or <c>X-Auth-Token</c>.</summary>
    public string TokenSentAs { get; }

    /// <summary>Path in the token response that the base address comes from, or <see langword="null"/>.</summary>
    public string? BaseUriPath { get; }

    /// <summary>The origins that the token may be sent to.</summary>
    public IReadOnlyList<string> Origins { get; }

    /// <summary>
    /// Where its token is stored, or <see langword="null"/> if the environment variable BEARERTOOLS_STORE decides, else memory.
    /// </summary>
    public StoreKind? Store { get; }

    /// <summary>The name of the profile.</summary>
    /// <returns>Text that is safe to print.</returns>
    public override string ToString() => Name;
}
