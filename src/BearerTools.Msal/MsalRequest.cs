using BearerTools.Diagnostics;
using BearerTools.Entra;
using BearerTools.Security;
using BearerTools.Tokens;
using Microsoft.Identity.Client;
using Microsoft.Identity.Client.AppConfig;

namespace BearerTools.Msal;

/// <summary>
/// One token request and the MSAL application for it. The application is created anew each time: the secret may have been
/// rotated, and MSAL must not return a cached token that this module wants to replace.
/// </summary>
internal sealed class MsalRequest
{
    private const string Name = "BearerTools";
    private const int MaxLogLine = 2000;

    /// <summary>
    /// Declares that this client handles claims challenges
    /// (https://learn.microsoft.com/entra/identity-platform/claims-challenge).
    /// </summary>
    private static readonly string[] s_capabilities = ["cp1"];

    private static readonly string? s_version = typeof(MsalRequest).Assembly.GetName().Version?.ToString(3);

    private readonly EntraServices _services;

    public MsalRequest(EntraServices services, TokenRequestContext context)
    {
        _services = services;
        Context = context;
        Http = new MsalHttp(services.Sockets, context.Events) { Time = services.Time };
    }

    public TokenRequestContext Context { get; }

    public MsalHttp Http { get; }

    private bool IsLogged => Context.Events.IsEnabled(EventLevel.Debug);

    /// <summary>Creates a confidential client with its credential.</summary>
    public async Task<IConfidentialClientApplication> ConfidentialAsync(EntraClient client, CancellationToken cancel)
    {
        var builder = Configure(ConfidentialClientApplicationBuilder.Create(client.ClientId), client.Authority);
        return (await client.Proof!.ProveAsync(builder, this, cancel).ConfigureAwait(false)).Build();
    }

    /// <summary>Creates a public client with the accounts that have signed in.</summary>
    public IPublicClientApplication Public(EntraClient client, string? redirectUri = null)
    {
        var builder = Configure(PublicClientApplicationBuilder.Create(client.ClientId), client.Authority);
        if (redirectUri is not null) builder.WithRedirectUri(redirectUri);
        var application = builder.Build();
        new AccountCache(Context.Accounts ?? _services.Accounts).Serve(application.UserTokenCache);
        return application;
    }

    /// <summary>Creates a client for a managed identity of this machine.</summary>
    public IManagedIdentityApplication ManagedIdentity(ManagedIdentityId identity)
    {
        var builder = ManagedIdentityApplicationBuilder.Create(identity).WithHttpClientFactory(Http).WithClientCapabilities(s_capabilities);
        if (IsLogged) builder.WithLogging(Log, LogLevel.Verbose, enablePiiLogging: false, enableDefaultPlatformLogging: false);
        return builder.Build();
    }

    private T Configure<T>(T builder, EntraAuthority authority) where T : AbstractApplicationBuilder<T>
    {
        builder.WithAuthority(authority.Address).WithHttpClientFactory(Http).WithClientCapabilities(s_capabilities)
            .WithClientName(Name).WithClientVersion(s_version);
        if (IsLogged) builder.WithLogging(Log, LogLevel.Verbose, enablePiiLogging: false, enableDefaultPlatformLogging: false);
        return builder;
    }

    private void Log(LogLevel level, string message, bool containsPii)
    {
        if (!containsPii) Context.Events.Write(new LibraryLog("MSAL", level.ToString(), ServerText.Clean(message, MaxLogLine)));
    }
}
