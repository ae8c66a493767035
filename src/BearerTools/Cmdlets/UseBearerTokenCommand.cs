using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Pipeline;
using BearerTools.Running;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>
/// Runs a block of commands that is connected with a token of its own. What was connected before is connected again when the block ends,
/// for any reason, and a token that was requested for the block is removed.
/// </summary>
[Cmdlet(VerbsOther.Use, "BearerToken", DefaultParameterSetName = Flow.ClientCredentials)]
[OutputType(typeof(object))]
public sealed class UseBearerTokenCommand : ConnectionDefinitionCommand
{
    private const string ProfileSet = "Profile";

    /// <summary>
    /// Runs the block in the scope of the caller, with its output as it comes, and with errors, break and exit that have their usual
    /// effect. ForEach-Object would lose errors that are redirected to the output.
    /// </summary>
    private static readonly ScriptBlock s_run = ScriptBlock.Create("param($block) . $block");

    private BlockToken? _token;
    private Connection? _connection;

    /// <summary>The profile to connect with. Other parameters override its settings.</summary>
    [Parameter(ParameterSetName = ProfileSet, Mandatory = true, Position = 0)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ProfileNameCompleter))]
    public string? Profile { get; set; }

    /// <summary>The commands to run. They run in the caller's scope, so variables that they set stay.</summary>
    [Parameter(Position = 1)]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <summary>Requests a new token even if the cached one is still valid.</summary>
    [Parameter]
    public SwitchParameter ForceRefresh { get; set; }

    /// <summary>
    /// Revokes the token and its refresh token at the authority when the block ends (RFC 7009). A warning says if that fails, or takes
    /// longer than 3 seconds.
    /// </summary>
    [Parameter]
    public SwitchParameter Revoke { get; set; }

    /// <summary>A block has a token of its own, unless its command line says otherwise.</summary>
    private protected override StoreKind? NamedStore => base.NamedStore ?? StoreKind.Memory;

    private protected override void Begin()
    {
        FormatData.EnsureLoaded(this);
        Connection connection;
        try
        {
            CheckValues();
            // Not mandatory, because the engine would then ask for it.
            if (ScriptBlock is null) throw NoBlock();
            if (Profile is null && !NamesFlow) throw NoFlow();
            connection = CreateConnection(Profile is null ? null : ConnectionSelector.Select(this, null, Profile));
        }
        catch (Exception e) when (e is IBearerError)
        {
            Terminate(e);
            return;
        }

        _token = new BlockToken(connection.Tokens);
        var prompt = UserPrompt;
        Await((output, cancel) => AcquireAsync(connection, prompt, output, cancel));
    }

    private protected override void End()
    {
        if (_connection is null) return;
        try
        {
            using var connected = CallerConnection.Enter(this, _connection);
            using var block = s_run.GetSteppablePipeline(MyInvocation.CommandOrigin, [ScriptBlock]);
            block.Begin(this);
            block.Process();
            block.End();
        }
        finally
        {
            EndToken();
        }
    }

    /// <summary>The command line is the only input, so an error in it ends the command.</summary>
    private protected override bool EndsWith(Exception error) => true;

    /// <summary>Also ends the use of a token whose request failed or was stopped.</summary>
    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) EndToken();
        base.Dispose(disposing);
    }

    private async Task AcquireAsync(Connection connection, IUserPrompt prompt, JobOutput output, CancellationToken cancel)
    {
        (_connection, _) = await AcquireAsync(
            connection, ForceRefresh, Request(output, prompt), cancel).ConfigureAwait(false);
        _token!.MoveTo(_connection.Tokens);
    }

    private static BearerTokenException NoBlock() =>
        new("No block of commands is given, or neither a profile nor a token flow before it.")
        {
            ErrorId = "ParameterConflict",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Use-BearerToken NAME { … } takes a profile. Get-Help lists the parameters of the token flows.",
        };

    private void EndToken()
    {
        if (_token?.End(Revoke) is not { } warning) return;
        try
        {
            WriteWarning(warning);
        }
        catch (Exception e) when (e is PipelineStoppedException or InvalidOperationException)
        {
            // After a stop, nothing can be written any more.
        }
    }
}
