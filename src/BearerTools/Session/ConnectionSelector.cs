using System.Management.Automation;
using BearerTools.Composition;

namespace BearerTools.Session;

/// <summary>Which connection a command line means. It is never one that is merely the last, the only or the nearest.</summary>
internal static class ConnectionSelector
{
    /// <summary>The connection of <c>-Token</c> or <c>-Profile</c>; without either, what the caller is connected to.</summary>
    /// <returns><see langword="null"/> if the command line names none and the caller is connected to nothing.</returns>
    /// <exception cref="BearerRequestException">Both are named.</exception>
    /// <exception cref="BearerTokenException">There is no such profile.</exception>
    public static Connection? Select(PSCmdlet command, AccessToken? token, string? profile)
    {
        if (token is not null && profile is not null)
        {
            throw new BearerRequestException("-Token cannot be combined with -Profile: a request goes out through one connection.")
            {
                ErrorId = "ParameterConflict",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Give one of them.",
            };
        }

        var services = BearerSession.Services;
        if (token is not null) return Connection.Of(services, token);
        return profile is not null ? Connection.Of(services, services.Profiles.Get(profile)) : CallerConnection.Get(command);
    }
}
