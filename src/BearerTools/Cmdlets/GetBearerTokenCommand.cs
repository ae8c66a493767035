using System.Management.Automation;
using System.Net;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Pipeline;
using BearerTools.Running;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Gets the cached token, or requests one. It does not connect: the token object contains all that is needed to use it.</summary>
[Cmdlet(VerbsCommon.Get, "BearerToken", DefaultParameterSetName = Flow.ClientCredentials)]
[OutputType(typeof(AccessToken), typeof(string))]
public sealed class GetBearerTokenCommand : TokenFlowCommand
{
    private const string ProfileSet = "Profile";

    /// <summary>The profile to get a token for.</summary>
    [Parameter(ParameterSetName = ProfileSet, Mandatory = true)]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string? Profile { get; set; }

    /// <summary>Requests a new token even if the cached one is still valid.</summary>
    [Parameter]
    public SwitchParameter ForceRefresh { get; set; }

    /// <summary>
    /// The time that the token has to last, as a TimeSpan or in seconds. A token that lasts shorter is renewed first. A warning says if its
    /// authority issues no longer ones.
    /// </summary>
    [Parameter]
    [LifetimeTransformation(IsCheckedWhenRun = true)]
    [ArgumentCompleter(typeof(NoCompleter))]
    public TimeSpan? MinimumLifetime { get; set; }

    /// <summary>Returns the token as plain text, for programs that accept nothing else. Keeping it secret is then up to you.</summary>
    [Parameter]
    public SwitchParameter AsPlainText { get; set; }

    /// <summary>Explains in plain sentences, on the information stream, why things are done: this token, this wait, this retry.</summary>
    [Parameter]
    public SwitchParameter Explain { get; set; }

    private protected override bool Explains => Explain;

    private protected override void Begin() => FormatData.EnsureLoaded(this);

    private protected override void Process()
    {
        Connection connection;
        try
        {
            CheckValues();
            connection = CreateConnection(Known());
        }
        catch (Exception e) when (e is IBearerError)
        {
            Terminate(e);
            return;
        }

        if (Explain)
            WriteEvent(new ConnectionChosen(
                Profile is not null ? ConnectionChoice.Profile : NamesFlow ? ConnectionChoice.Flow : ConnectionChoice.Connected,
                connection.Profile,
                connection.BaseUri));
        if (!Explain && !ForceRefresh && MinimumLifetime is null && connection.BaseUriPath is null && connection.Tokens.Fresh is { } token)
        {
            WriteAtOnce(Result(connection, token));
            return;
        }

        var prompt = UserPrompt;
        Feed(new TokenJob((output, cancel) => GetAsync(connection, prompt, output, cancel)));
    }

    /// <summary>The command line is the only input, so an error in it ends the command.</summary>
    private protected override bool EndsWith(Exception error) => true;

    /// <summary>The connection of the profile or, if no token flow is given, the current one.</summary>
    private Connection? Known()
    {
        if (Profile is not null) return ConnectionSelector.Select(this, null, Profile);
        return NamesFlow
            ? null
            : CallerConnection.Get(this) ?? throw NotConnected.Error(
                "To get a new token, use -Authority with -ClientId and -SecretFrom, -LoginUri with -Credential, or -TokenFrom.");
    }

    private async Task<object?> GetAsync(Connection connection, IUserPrompt prompt, JobOutput output, CancellationToken cancel)
    {
        (connection, var token) = await AcquireAsync(
            connection, ForceRefresh, Request(output, prompt) with { MinimumLifetime = MinimumLifetime }, cancel).ConfigureAwait(false);
        return Result(connection, token);
    }

    private object Result(Connection connection, AccessToken token) =>
        AsPlainText ? new NetworkCredential(string.Empty, token.Token).Password : connection.Bind(token);
}
