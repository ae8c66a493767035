using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using BearerTools.Composition;

namespace BearerTools.Session;

/// <summary>
/// The connection of a command's caller: of the session in this runspace or, when a module's function calls, of that module in this
/// runspace. All connections of a runspace are held by one global variable of it, which has the right lifetime: a reused runspace of a
/// pool keeps its modules, but loses its variables and starts without a connection.
/// </summary>
internal static class CallerConnection
{
    private const string Variable = "global:BearerToolsConnections";

    /// <summary>The caller's connection, or <see langword="null"/> if there is none or its token was removed from the cache.</summary>
    public static Connection? Get(PSCmdlet command)
    {
        if (Find(command) is not { IsOfThisRunspace: true } holder) return null;
        return holder.Get(command.SessionState.Module) is { Tokens.IsForgotten: false } connection ? connection : null;
    }

    /// <summary>Connects the caller.</summary>
    /// <exception cref="BearerTokenException">The variable that holds the connections of the runspace cannot be written.</exception>
    public static void Set(PSCmdlet command, Connection connection)
    {
        var holder = Find(command);
        if (holder is { IsOfThisRunspace: false })
        {
            throw Refuse(
                "A script block or class of another runspace cannot connect: the connection would be that of the other runspace.",
                "Connect in the other runspace, or pass -Token or -Profile to each command.");
        }

        if (holder is null) Store(command.SessionState, holder = new Holder());
        holder.Set(command.SessionState.Module, connection);
    }

    /// <summary>Connects the caller until the result is disposed, which restores what was connected before.</summary>
    /// <inheritdoc cref="Set"/>
    public static IDisposable Enter(PSCmdlet command, Connection connection)
    {
        var previous = Get(command);
        Set(command, connection);
        return new Restoration(Find(command)!, command.SessionState.Module, previous);
    }

    /// <summary>Disconnects the caller.</summary>
    public static void Clear(PSCmdlet command)
    {
        if (Find(command) is { IsOfThisRunspace: true } holder) holder.Set(command.SessionState.Module, null);
    }

    /// <summary>The connections of the session and of all modules, to be restored.</summary>
    public static ConnectionSnapshot Snapshot(PSCmdlet command) =>
        Find(command) is { IsOfThisRunspace: true } holder ? holder.Snapshot() : ConnectionSnapshot.Empty;

    /// <summary>
    /// Disconnects the session and all modules that were connected while a mock was active, and restores what they were connected with.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="api">The mock that has stopped.</param>
    /// <param name="before">The connections when it was started.</param>
    /// <param name="includesDisconnected">True to restore also what was disconnected in the meantime.</param>
    public static void ClearMocked(PSCmdlet command, MockedApi api, ConnectionSnapshot before, bool includesDisconnected)
    {
        if (Find(command) is not { IsOfThisRunspace: true } holder) return;
        bool IsOfMock(Connection connection) => connection.Handlers is not null && ReferenceEquals(connection.Services, api.Services);
        holder.Restore(before, IsOfMock, includesDisconnected);
    }

    private static Holder? Find(PSCmdlet command)
    {
        var value = command.SessionState.PSVariable.GetValue(Variable);
        return (value is PSObject { BaseObject: Holder wrapped } ? wrapped : value) as Holder;
    }

    /// <summary>Private, so that users do not list, copy or overwrite it.</summary>
    private static void Store(SessionState state, Holder holder)
    {
        try
        {
            state.PSVariable.Set(new PSVariable(Variable, holder) { Visibility = SessionStateEntryVisibility.Private });
        }
        catch (SessionStateUnauthorizedAccessException)
        {
            throw Refuse(
                $"${Variable} is read-only, so the connection cannot be stored in it.",
                $"Remove-Variable {Variable[7..]} -Scope Global -Force");
        }
    }

    private static BearerTokenException Refuse(string message, string nextStep) => new(message)
    {
        ErrorId = "ConnectionNotStored",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };

    private sealed class Restoration(Holder holder, PSModuleInfo? module, Connection? previous) : IDisposable
    {
        public void Dispose() => holder.Set(module, previous);
    }

    /// <summary>The connections of one runspace. Not for display, so reading the variable shows none.</summary>
    private sealed class Holder
    {
        private readonly Guid? _runspace = Runspace.DefaultRunspace?.InstanceId;
        private readonly ConditionalWeakTable<PSModuleInfo, Connection> _ofModules = [];
        private Connection? _ofSession;

        /// <summary>
        /// False if a script block or class of another runspace runs here: it still sees that runspace's variables.
        /// </summary>
        public bool IsOfThisRunspace => _runspace == Runspace.DefaultRunspace?.InstanceId;

        public Connection? Get(PSModuleInfo? module) =>
            module is null ? _ofSession : _ofModules.TryGetValue(module, out var connection) ? connection : null;

        public void Set(PSModuleInfo? module, Connection? connection)
        {
            if (module is null) _ofSession = connection;
            else if (connection is null) _ofModules.Remove(module);
            else _ofModules.AddOrUpdate(module, connection);
        }

        public ConnectionSnapshot Snapshot() => new(_ofSession, [.. _ofModules]);

        /// <summary>Replaces the connections that the filter selects by those of the snapshot, or removes them.</summary>
        public void Restore(ConnectionSnapshot before, Func<Connection, bool> filter, bool includesDisconnected)
        {
            bool IsReplaced(Connection? now) => now is null ? includesDisconnected : filter(now);
            Connection? Former(Connection? connection) => connection is null || filter(connection) ? null : connection;
            if (IsReplaced(_ofSession)) _ofSession = Former(before.OfSession);
            foreach (var module in _ofModules.Concat(before.OfModules).Select(pair => pair.Key).Distinct().ToArray())
            {
                if (IsReplaced(Get(module)))
                    Set(module, Former(before.OfModules.FirstOrDefault(pair => ReferenceEquals(pair.Key, module)).Value));
            }
        }

        public override string ToString() => nameof(BearerTools);
    }
}
