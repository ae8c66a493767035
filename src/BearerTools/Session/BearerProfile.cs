using BearerTools.Profiles;

namespace BearerTools;

/// <summary>A named definition of a connection, without anything secret.</summary>
public sealed class BearerProfile
{
    internal BearerProfile(ConnectionProfile profile)
    {
        var metadata = profile.Source.Metadata;
        Name = profile.Name;
        Flow = metadata.Flow;
        Authority = metadata.Authority;
        ClientId = metadata.ClientId;
        Account = metadata.Account;
        Scopes = metadata.Scopes;
        BaseUri = profile.BaseUri;
        Origins = [.. profile.Origins.Allowed.Select(origin => origin.ToString())];
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>How the token is got, such as <c>ClientCredentials</c>.</summary>
    public string? Flow { get; }

    /// <summary>The issuer, or the address of the login or token endpoint.</summary>
    public string? Authority { get; }

    /// <summary>The client.</summary>
    public string? ClientId { get; }

    /// <summary>The user, if the definition names one.</summary>
    public string? Account { get; }

    /// <summary>The scopes that are requested.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>The base address that relative addresses are joined to, or <see langword="null"/>.</summary>
    public Uri? BaseUri { get; }

    /// <summary>The origins that the token may go to.</summary>
    public IReadOnlyList<string> Origins { get; }

    /// <summary>The name.</summary>
    /// <returns>A text that is safe to print.</returns>
    public override string ToString() => Name;
}
