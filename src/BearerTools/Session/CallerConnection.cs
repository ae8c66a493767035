using System.Management.Automation;
using BearerTools.Composition;

namespace BearerTools.Session;

/// <summary>
/// The connection of a command's caller: of the session in this runspace or, when a module's function calls, of that module in this
/// runspace. It is stored in a variable of the caller's session state, which has the right lifetime: a reused runspace of a pool loses
/// its variables and starts without a connection.
/// </summary>
internal static class CallerConnection
{
    private const string Variable = "BearerToolsConnection";

    /// <summary>The caller's connection, or <see langword="null"/> if there is none or its token was removed from the cache.</summary>
    public static Connection? Get(PSCmdlet command) =>
        FindHolder(command) is { Connection.Tokens.IsForgotten: false } holder ? holder.Connection : null;

    /// <summary>Connects the caller.</summary>
    public static void Set(PSCmdlet command, Connection connection)
    {
        var (state, name) = Place(command);
        // Private, so that users do not list, copy or overwrite it.
        state.PSVariable.Set(new PSVariable(name, new Holder(connection)) { Visibility = SessionStateEntryVisibility.Private });
    }

    /// <summary>Disconnects the caller.</summary>
    public static void Clear(PSCmdlet command)
    {
        var (state, name) = Place(command);
        state.PSVariable.Set(name, null);
    }

    private static Holder? FindHolder(PSCmdlet command)
    {
        var (state, name) = Place(command);
        var value = state.PSVariable.GetValue(name);
        return (value is PSObject { BaseObject: Holder wrapped } ? wrapped : value) as Holder;
    }

    private static (SessionState State, string Name) Place(PSCmdlet command) => command.SessionState.Module is { SessionState: { } module }
        ? (module, $"script:{Variable}")
        : (command.SessionState, $"global:{Variable}");

    /// <summary>Keeps the connection from being displayed if the variable is read.</summary>
    private sealed class Holder(Connection connection)
    {
        public Connection Connection { get; } = connection;

        public override string ToString() => nameof(BearerTools);
    }
}
