using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using BearerTools.Composition;
using BearerTools.Mocking.Recordings;

namespace BearerTools.Session;

/// <summary>
/// The mocks that are active in a runspace. As its connections, they are held by a private global variable of it: other runspaces never
/// see them, and a reused runspace of a pool starts without.
/// </summary>
internal static class ActiveMocks
{
    private const string Variable = "global:BearerToolsMocks";

    private static int s_active;

    /// <summary>True if a mock is active in any runspace. Without one, a request costs no more than this.</summary>
    public static bool HasAny => Volatile.Read(ref s_active) > 0;

    /// <summary>The mocks of the command's runspace, or <see langword="null"/> if none is active.</summary>
    public static MockScope? Find(PSCmdlet command)
    {
        if (!HasAny || HolderOf(command) is not { Scope: { } scope } holder) return null;
        WarnOfLeft(command, holder);
        return scope;
    }

    /// <summary>The mocks, the one that was started last first.</summary>
    public static IReadOnlyList<ActiveMock> All(PSCmdlet command) => HasAny ? HolderOf(command)?.All ?? [] : [];

    /// <summary>The mock that was started last, or <see langword="null"/>.</summary>
    public static BearerMock? Last(PSCmdlet command) => All(command).FirstOrDefault(active => active.Mock is not null)?.Mock;

    /// <summary>Starts a mock: until it is stopped, it responds before those that are active already.</summary>
    /// <exception cref="BearerRequestException">The file of a recorder is written by another one.</exception>
    public static void Start(PSCmdlet command, ActiveMock mock)
    {
        mock.Recorder?.Claim();
        var holder = HolderOf(command);
        if (holder is null)
        {
            holder = new Holder(command.Host.UI);
            command.SessionState.PSVariable.Set(new PSVariable(Variable, holder) { Visibility = SessionStateEntryVisibility.Private });
        }

        mock.Before = CallerConnection.Snapshot(command);
        Interlocked.Increment(ref s_active);
        holder.Set([mock, .. holder.All]);
    }

    /// <summary>Stops a mock and disconnects what was connected with it, or writes what a recorder has collected.</summary>
    /// <param name="command">The command.</param>
    /// <param name="mock">The mock or recorder.</param>
    /// <param name="saves">False to drop what was recorded.</param>
    /// <param name="isBlock">True if it was active for a block, after which the connections are those from before.</param>
    /// <exception cref="BearerRequestException">The recording cannot be written.</exception>
    public static void Stop(PSCmdlet command, ActiveMock mock, bool saves = true, bool isBlock = false)
    {
        if (HolderOf(command) is not { } holder || !holder.All.Contains(mock)) return;
        Interlocked.Decrement(ref s_active);
        holder.Set([.. holder.All.Where(other => !ReferenceEquals(other, mock))]);
        if (mock.Mock is { Api: var api }) Disconnect(command, mock, holder, api, isBlock);
        if (mock.Mock?.Api.Mock.Recording is Replay { Unused: { Count: > 0 } unused })
            command.WriteVerbose($"Recorded requests that were not sent: {string.Join(", ", unused)}");
        using var recorder = mock.Recorder;
        if (saves && recorder?.Save() is { } warning) command.WriteWarning(warning);
    }

    private static void Disconnect(PSCmdlet command, ActiveMock mock, Holder holder, MockedApi api, bool isBlock)
    {
        CallerConnection.ClearMocked(command, api, mock.Before, isBlock);
        // A mock that was started later must not restore connections of this one.
        foreach (var other in holder.All) other.Before = other.Before.Without(known => ReferenceEquals(known.Services, api.Services));
    }

    /// <summary>Warns once of each mock that the script of another test file did not stop: it still responds.</summary>
    private static void WarnOfLeft(PSCmdlet command, Holder holder)
    {
        // The call stack takes long to get, so that it is looked at once for each script.
        if (command.MyInvocation.ScriptName == holder.LastScript) return;
        holder.LastScript = command.MyInvocation.ScriptName;
        HashSet<string>? running = null;
        foreach (var mock in holder.All)
        {
            if (mock.Script is null || holder.IsWarnedOf(mock)) continue;
            running ??= [.. ActiveMock.Scripts(command).Select(frame => frame.Path)];
            if (!mock.IsLeft(running)) continue;
            holder.SetWarnedOf(mock);
            command.WriteWarning(mock.LeftActive);
        }
    }

    private static Holder? HolderOf(PSCmdlet command)
    {
        var value = command.SessionState.PSVariable.GetValue(Variable);
        return (value is PSObject { BaseObject: Holder wrapped } ? wrapped : value) is Holder { IsOfThisRunspace: true } holder ? holder
            : null;
    }

    /// <summary>The mocks of one runspace.</summary>
    private sealed class Holder
    {
        private readonly Guid? _runspace = Runspace.DefaultRunspace?.InstanceId;
        private readonly HashSet<ActiveMock> _warned = [];

        /// <param name="ui">Shows the warning about mocks that are active when the runspace ends.</param>
        public Holder(PSHostUserInterface? ui)
        {
            if (Runspace.DefaultRunspace is not { } here) return;
            here.StateChanged += (_, change) =>
            {
                if (change.RunspaceStateInfo.State is not (RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)) return;
                foreach (var mock in All) End(mock, ui);
                Interlocked.Add(ref s_active, -All.Count);
                Set([]);
            };
        }

        public bool IsOfThisRunspace => _runspace == Runspace.DefaultRunspace?.InstanceId;

        public IReadOnlyList<ActiveMock> All { get; private set; } = [];

        public MockScope? Scope { get; private set; }

        /// <summary>The script that sent the last request, or an empty text.</summary>
        public string? LastScript { get; set; }

        public void Set(IReadOnlyList<ActiveMock> mocks)
        {
            All = mocks;
            LastScript = null;
            Scope = mocks.Count == 0 ? null : new MockScope(
                [.. mocks.Select(mock => mock.Mock?.Api).OfType<MockedApi>()],
                [.. mocks.Select(mock => mock.Recorder?.Recorder).OfType<ApiRecorder>()],
                mocks.All(mock => mock.AllowsNetwork),
                BearerSession.Services.Time);
        }

        private static void End(ActiveMock mock, PSHostUserInterface? ui)
        {
            ui?.WriteWarningLine(mock.LeftActive);
            try
            {
                using var recorder = mock.Recorder;
                if (recorder?.Save() is { } warning) ui?.WriteWarningLine(warning);
            }
            catch (BearerRequestException e)
            {
                ui?.WriteErrorLine(e.Message);
            }
        }

        public bool IsWarnedOf(ActiveMock mock) => _warned.Contains(mock);

        public void SetWarnedOf(ActiveMock mock) => _warned.Add(mock);

        public override string ToString() => nameof(BearerTools);
    }
}
