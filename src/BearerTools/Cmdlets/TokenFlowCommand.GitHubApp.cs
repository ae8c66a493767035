using System.Collections;
using System.Management.Automation;
using BearerTools.Grants;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>An installation of a GitHub App: -AppId, -ClientKey and -InstallationId.</summary>
public abstract partial class TokenFlowCommand
{
    private const string GitHubAppSet = "GitHubApp";

    /// <summary>The installation of the GitHub App whose id -ClientId (alias AppId) gives, and whose key -ClientKey.</summary>
    [Parameter(ParameterSetName = GitHubAppSet, Mandatory = true)]
    [ValidateRange(1L, long.MaxValue)]
    public long InstallationId { get; set; }

    /// <summary>Names of the repositories that the token is for; by default all of the installation.</summary>
    [Parameter(ParameterSetName = GitHubAppSet)]
    [ValidateNotNullOrEmpty]
    public string[] Repository { get; set; } = [];

    /// <summary>The permissions of the token, such as @{ contents = 'read' }; by default all of the installation.</summary>
    [Parameter(ParameterSetName = GitHubAppSet)]
    public IDictionary? Permission { get; set; }

    private GitHubAppSource GitHubApp()
    {
        Refuse(
            nameof(TokenEndpoint), nameof(ClientSecret), nameof(KeyId), nameof(SigningAlgorithm), nameof(AssertionAudience), nameof(ClientAuthenticationMethod),
            nameof(Scope), nameof(Resource), nameof(AdditionalParameter));
        var options = new GitHubAppOptions
        {
            AppId = ClientId ?? throw Conflict("No app is named.", "Give its id with -AppId."),
            InstallationId = InstallationId,
            Key = Key() ?? throw Conflict("The app has no key to sign with.", "Give the app's private key with -ClientKey."),
            Repositories = Repository,
            Permissions = Permission is null ? new Dictionary<string, string>() : RequestBodyFactory.Pairs(Permission).ToDictionary(pair => pair.Key, pair => pair.Value),
        };
        if (Authority is null) return new(BearerSession.Backchannel, options);
        return Uri.TryCreate(Authority, UriKind.Absolute, out var api)
            ? new(BearerSession.Backchannel, options with { Api = api })
            : throw Conflict("-Authority is no address.", "Give the root of the API, such as https://github.example.com/api/v3, or leave it out for github.com.");
    }
}
