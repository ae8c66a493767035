using System.Management.Automation;
using BearerTools.Composition;
using BearerTools.Pipeline;

namespace BearerTools.Session;

/// <summary>
/// Selects the connection that a command line names. It never guesses: the last, only or most similar connection has no priority.
/// </summary>
internal static class ConnectionSelector
{
    /// <summary>The connection of <c>-Token</c> or <c>-Profile</c>; without either, the caller's connection.</summary>
    /// <param name="command">The command.</param>
    /// <param name="token">The value of <c>-Token</c>.</param>
    /// <param name="profile">The value of <c>-Profile</c>.</param>
    /// <param name="reads">False for a command that changes the token that a profile has: it does not read the secrets again.</param>
    /// <returns><see langword="null"/> if the command line names none and the caller is not connected.</returns>
    /// <exception cref="BearerRequestException">Both parameters are given.</exception>
    /// <exception cref="BearerTokenException">The profile does not exist, or its file is not valid.</exception>
    public static Connection? Select(PSCmdlet command, AccessToken? token, string? profile, bool reads = true)
    {
        if (token is not null && profile is not null)
        {
            throw ParameterErrors.Conflict(
                "-Token cannot be combined with -Profile: a request uses one connection.", "Use only one of them.");
        }

        var services = BearerSession.Services;
        var connection = token is not null ? Connection.Of(services, token)
            : profile is not null ? Connection.Of(services, SavedProfiles.Select(command, profile, reads))
            : CallerConnection.Get(command);
        return connection is not null && ActiveMocks.Find(command) is { } mocks ? mocks.Apply(connection) : connection;
    }
}
