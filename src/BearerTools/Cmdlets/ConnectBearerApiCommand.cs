using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Pipeline;
using BearerTools.Running;
using BearerTools.Security;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>
/// Gets a token and connects the caller with it: this session or, when a module's function calls, that module. Other runspaces
/// are not affected. If it fails, nothing is connected.
/// </summary>
[Cmdlet(VerbsCommunications.Connect, "BearerApi", DefaultParameterSetName = Flow.ClientCredentials)]
[OutputType(typeof(BearerConnection))]
public sealed class ConnectBearerApiCommand : ConnectionDefinitionCommand
{
    private const string ProfileSet = "Profile";

    /// <summary>Environment variable that names the profile of a command line without a profile and without a flow.</summary>
    private const string ProfileVariable = "BEARERTOOLS_PROFILE";

    /// <summary>The profile to connect with. Other parameters override its settings.</summary>
    [Parameter(ParameterSetName = ProfileSet, Mandatory = true, Position = 0)]
    [Alias("Name")]
    [AllowNull, AllowEmptyString, ArgumentCompleter(typeof(ProfileNameCompleter))]
    [CheckedWhenRun(typeof(string))]
    public string? Profile { get; set; }

    /// <summary>Requests a new token even if the cached one is still valid.</summary>
    [Parameter]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter ForceRefresh { get; set; }

    /// <summary>
    /// The time that the token has to last, as a TimeSpan or in seconds. A token that lasts shorter is renewed first. A warning says if its
    /// authority issues no longer ones.
    /// </summary>
    [Parameter]
    [LifetimeTransformation(IsCheckedWhenRun = true)]
    [ArgumentCompleter(typeof(NoCompleter))]
    public TimeSpan? MinimumLifetime { get; set; }

    /// <summary>Returns the connection.</summary>
    [Parameter]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Explains in plain sentences, on the information stream, why things are done: this token, this wait, this retry.</summary>
    [Parameter]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter Explain { get; set; }

    private protected override bool Explains => Explain;

    /// <summary>True also for an empty name, which is refused only after the caller was disconnected.</summary>
    private bool NamesProfile => ParameterSetName == ProfileSet;

    /// <summary>First, so that a failure from here on does not leave the caller with the previous connection.</summary>
    private protected override void Prepare() => CallerConnection.Clear(this);

    private protected override void Begin()
    {
        FormatData.EnsureLoaded(this);
        Connection connection;
        try
        {
            CheckValues();
            connection = CreateConnection(SelectProfile());
        }
        catch (Exception e) when (e is IBearerError)
        {
            Terminate(e);
            return;
        }

        if (Explain)
            WriteEvent(new ConnectionChosen(
                NamesProfile ? ConnectionChoice.Profile : NamesFlow ? ConnectionChoice.Flow : ConnectionChoice.Environment,
                connection.Profile,
                connection.BaseUri));
        var prompt = UserPrompt;
        Feed(new TokenJob((output, cancel) => ConnectAsync(connection, prompt, output, cancel)));
    }

    /// <summary>The command line is the only input, so an error in it ends the command.</summary>
    private protected override bool EndsWith(Exception error) => true;

    /// <summary>The connection of the profile that the command line names, or else the environment.</summary>
    /// <returns><see langword="null"/> if the command line names a flow.</returns>
    private Connection? SelectProfile()
    {
        if (NamesProfile) return ConnectionSelector.Select(this, null, Profile ?? string.Empty);
        if (NamesFlow) return null;
        if (System.Environment.GetEnvironmentVariable(ProfileVariable) is not { Length: > 0 } name) throw NoFlow();
        WriteVerbose($"{ProfileVariable} names the profile '{ServerText.Clean(name)}'.");
        try
        {
            return ConnectionSelector.Select(this, null, name);
        }
        catch (BearerTokenException e) when (e.ErrorId == "ProfileNotFound")
        {
            throw new BearerTokenException($"{e.Message} The environment variable {ProfileVariable} names it.")
            {
                ErrorId = e.ErrorId,
                Kind = e.Kind,
                NextStep = e.NextStep,
            };
        }
    }

    private async Task<object?> ConnectAsync(Connection connection, IUserPrompt prompt, JobOutput output, CancellationToken cancel)
    {
        (connection, var token) = await AcquireAsync(
            connection, ForceRefresh, Request(output, prompt) with { MinimumLifetime = MinimumLifetime }, cancel).ConfigureAwait(false);
        return await OnPipelineAsync(() => Connected(connection, token)).ConfigureAwait(false);
    }

    private BearerConnection? Connected(Connection connection, AccessToken token)
    {
        CallerConnection.Set(this, connection);
        var result = new BearerConnection(connection);
        WriteVerbose(
            $"Connected to {result.BaseUri?.AbsoluteUri ?? "absolute addresses"} as "
                + $"{token.Account ?? token.ClientId ?? "the owner of token " + token.Fingerprint}.");
        return PassThru ? result : null;
    }
}
