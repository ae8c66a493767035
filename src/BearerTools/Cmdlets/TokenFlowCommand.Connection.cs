using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Http;
using BearerTools.Profiles;
using BearerTools.Security;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <content>What the token is for, and the connection that the whole command line describes.</content>
public abstract partial class TokenFlowCommand
{
    /// <summary>The base address of the API: relative addresses are joined to it, and the token may go to its origin.</summary>
    [Parameter]
    [RelativeUriTransformation, ArgumentCompleter(typeof(NoCompleter))]
    public Uri? BaseUri { get; set; }

    /// <summary>Further origins that the token may go to, such as https://files.contoso.com.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(NoCompleter))]
    public Uri[] AllowedOrigin { get; set; } = [];

    /// <summary>What the command line says of requests.</summary>
    private protected virtual RequestSettings Settings => RequestSettings.None;

    /// <summary>The connection that the command line describes. Its token is not requested yet.</summary>
    /// <exception cref="BearerTokenException">Something is missing or cannot be used.</exception>
    /// <exception cref="BearerRequestException">An address cannot be used.</exception>
    private protected Connection CreateConnection(Connection? known = null)
    {
        var services = BearerSession.Services;
        var baseUri = BaseUri is null ? null : RequestAddress.Base(BaseUri);
        var added = AllowedOrigins();
        known ??= Carried is { } token ? Connection.Of(services, token) : null;
        if (known is null)
        {
            var tokens = services.Cache.Entry(Source());
            return new Connection(services, tokens, baseUri, OriginPolicy.Create(baseUri, tokens.Source.Origins, added)) { Settings = Settings };
        }

        if (baseUri is not null) known = known.At(baseUri);
        return known with { Origins = known.Origins.With(added), Settings = Settings.Over(known.Settings) };
    }

    /// <summary>The same as a definition that a profile keeps.</summary>
    /// <exception cref="BearerTokenException">Something is missing or cannot be used.</exception>
    /// <exception cref="BearerRequestException">An address cannot be used.</exception>
    private protected ConnectionProfile CreateProfile(string name)
    {
        var carried = Carried?.Connection as Connection;
        var baseUri = BaseUri is null ? carried?.BaseUri : RequestAddress.Base(BaseUri);
        return new ConnectionProfile
        {
            Name = name,
            Source = Carried?.Entry?.Source ?? Source(),
            BaseUri = baseUri,
            AllowedOrigins = [.. carried?.Origins.Allowed ?? [], .. AllowedOrigins()],
            Settings = Settings.Over(carried?.Settings ?? RequestSettings.None),
        };
    }

    /// <summary>The error of a command that needs a way to get a token and is given none.</summary>
    private protected static BearerTokenException NoFlow() => Conflict(
        "The command line does not say how to get a token.",
        "Give -Authority with -ClientId and -SecretFrom, -LoginUri with -Credential, or -TokenFrom; Get-Help lists all flows.");

    /// <summary>The given token, if it is one that the cache renews: a connection of its own would not be renewed.</summary>
    private AccessToken? Carried => ParameterSetName == Flow.GivenToken && Token.Entry is { IsForgotten: false } ? Token : null;

    private Origin[] AllowedOrigins() => [.. AllowedOrigin.Select(origin => Origin.Of(RequestAddress.Base(origin)))];
}
