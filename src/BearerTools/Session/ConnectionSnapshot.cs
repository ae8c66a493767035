using System.Management.Automation;
using BearerTools.Composition;

namespace BearerTools.Session;

/// <summary>The connections of a runspace at one time.</summary>
/// <param name="OfSession">The connection of the session, or <see langword="null"/>.</param>
/// <param name="OfModules">The connections of modules.</param>
internal sealed record ConnectionSnapshot(Connection? OfSession, IReadOnlyList<KeyValuePair<PSModuleInfo, Connection>> OfModules)
{
    public static ConnectionSnapshot Empty { get; } = new(null, []);

    /// <summary>A copy without the connections that the filter selects.</summary>
    public ConnectionSnapshot Without(Func<Connection, bool> filter) => new(
        OfSession is { } connection && filter(connection) ? null : OfSession, [.. OfModules.Where(pair => !filter(pair.Value))]);
}
