using System.Collections;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;
using BearerTools.Pipeline;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>An installation of a GitHub App: -AppId, -ClientKey and -InstallationId.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>Id of the installation of the GitHub App. -AppId (-ClientId) gives the id of the app, -ClientKey its private key.</summary>
    [Parameter(ParameterSetName = Flow.GitHubApp, Mandatory = true)]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(long), Minimum = 1)]
    public long InstallationId { get; set; }

    /// <summary>Names of the repositories that the token is for (default: all repositories of the installation).</summary>
    [Parameter(ParameterSetName = Flow.GitHubApp)]
    [AllowNull, AllowEmptyString, AllowEmptyCollection]
    [ArgumentCompleter(typeof(NoCompleter))]
    public string[] Repository { get; set; } = [];

    /// <summary>Permissions of the token, such as @{ contents = 'read' } (default: all permissions of the installation).</summary>
    [Parameter(ParameterSetName = Flow.GitHubApp)]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(IDictionary))]
    public IDictionary? Permission { get; set; }

    private GitHubAppSource GitHubApp()
    {
        CheckProofs();
        var options = new GitHubAppOptions
        {
            AppId = ClientId ?? throw Conflict("No app id is given.", "Pass the GitHub App's id with -AppId."),
            InstallationId = InstallationId,
            Key = CreateKey() ?? throw Conflict("The app has no key to sign with.", "Pass the app's private key with -ClientKey."),
            Repositories = Repository,
            Permissions = Permissions(),
            Headers = CreateTokenRequestHeaders(),
        };
        if (Authority is null) return new(BearerSession.Services.Backchannel, options);
        return AddressParser.TryParse(Authority, out var api)
            ? new(BearerSession.Services.Backchannel, options with { Api = api })
            : throw Conflict(
                "-Authority is not an absolute address.",
                "Pass the root of the API, such as https://github.example.com/api/v3, or omit it for github.com.");
    }

    /// <exception cref="BearerTokenException">Two keys have the same text, such as 1 and '1'.</exception>
    private Dictionary<string, string> Permissions()
    {
        var permissions = new Dictionary<string, string>();
        foreach (var (name, value) in Permission is null ? [] : RequestBodyFactory.Pairs(Permission))
        {
            if (!permissions.TryAdd(name, value))
                throw Conflict($"-Permission names '{ServerText.Clean(name, 60)}' twice.", "Name each permission once.");
        }

        return permissions;
    }
}
