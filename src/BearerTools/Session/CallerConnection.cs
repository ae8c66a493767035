using System.Management.Automation;
using BearerTools.Composition;

namespace BearerTools.Session;

/// <summary>
/// The connection of a command's caller: of the session in this runspace or, when a module's function calls, of that module in this
/// runspace. It is held in a variable of the caller's own session state, because that lives exactly as long: a runspace of a pool that
/// is used again loses its variables and so starts connected to nothing.
/// </summary>
internal static class CallerConnection
{
    private const string Variable = "BearerToolsConnection";

    /// <summary>What the caller is connected to; <see langword="null"/> if to nothing, or if its token was removed from the cache.</summary>
    public static Connection? Get(PSCmdlet command) => Held(command) is { Connection.Tokens.IsForgotten: false } holder ? holder.Connection : null;

    /// <summary>Connects the caller.</summary>
    public static void Set(PSCmdlet command, Connection connection)
    {
        var (state, name) = Place(command);
        // Private: it is not the user's to list, copy or overwrite.
        state.PSVariable.Set(new PSVariable(name, new Holder(connection)) { Visibility = SessionStateEntryVisibility.Private });
    }

    /// <summary>Connects the caller to nothing.</summary>
    public static void Clear(PSCmdlet command)
    {
        var (state, name) = Place(command);
        state.PSVariable.Set(name, null);
    }

    private static Holder? Held(PSCmdlet command)
    {
        var (state, name) = Place(command);
        return (state.PSVariable.GetValue(name) is PSObject { BaseObject: Holder wrapped } ? wrapped : state.PSVariable.GetValue(name)) as Holder;
    }

    private static (SessionState State, string Name) Place(PSCmdlet command) => command.SessionState.Module is { SessionState: { } module }
        ? (module, $"script:{Variable}")
        : (command.SessionState, $"global:{Variable}");

    /// <summary>Shows nothing of the connection to whoever gets hold of the variable.</summary>
    private sealed class Holder(Connection connection)
    {
        public Connection Connection { get; } = connection;

        public override string ToString() => nameof(BearerTools);
    }
}
