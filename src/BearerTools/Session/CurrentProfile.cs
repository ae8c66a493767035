using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Cmdlets;
using BearerTools.Profiles;
using BearerTools.Profiles.Saved;

namespace BearerTools.Session;

/// <summary>
/// Makes the source of a profile again when a place that its secrets come from contains another value: naming a profile has the same
/// effect as typing its parameters. Only to be used on the pipeline thread.
/// </summary>
internal static class CurrentProfile
{
    /// <summary>True if a command that names the profile needs another source.</summary>
    /// <exception cref="BearerTokenException">A program that gives a secret failed.</exception>
    public static bool IsOutdated(ConnectionProfile profile)
    {
        foreach (var reference in profile.References)
        {
            if (reference.HasChanged()) return true;
        }

        return false;
    }

    /// <summary>The profile in memory with a source of what its places contain now.</summary>
    /// <exception cref="BearerTokenException">A secret is missing, or a program that gives one failed.</exception>
    public static ConnectionProfile Of(PSCmdlet command, ConnectionProfile profile)
    {
        if (profile.References.Count == 0 || IsMocked(command, profile) || !IsOutdated(profile)) return profile;
        var made = Resolve(profile.Name, profile.Parameters) switch
        {
            ConnectionProfile resolved => Succeed(profile, resolved),
            var error => throw (Exception)error,
        };
        var current = profile with { Source = made.Source, References = made.References, Pin = new BaseUriPin() };
        BearerSession.Services.Profiles.Succeed(profile, current);
        return current;
    }

    /// <summary>The successor of a profile, which does not run a program again that has just been run.</summary>
    public static ConnectionProfile Succeed(ConnectionProfile profile, ConnectionProfile successor)
    {
        foreach (var reference in successor.References) reference.TakeOver(profile.References);
        return successor;
    }

    /// <summary>Binds the parameters of a profile like a command line.</summary>
    /// <returns>The profile, or the exception that says what is wrong with a parameter.</returns>
    /// <exception cref="ParameterBindingException">A value cannot be bound.</exception>
    public static object Resolve(string name, IReadOnlyDictionary<string, object?> parameters)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(new CmdletInfo("Resolve-SavedProfile", typeof(ResolveSavedProfileCommand)));
        shell.AddParameter(nameof(ResolveSavedProfileCommand.ProfileName), name);
        foreach (var (parameter, value) in parameters) shell.AddParameter(parameter, value);
        return shell.Invoke()[0].BaseObject;
    }

    /// <summary>The parameters of a command line that define a profile. Their paths do not depend on the current location.</summary>
    public static IReadOnlyDictionary<string, object?> Parameters(ConnectionDefinitionCommand command) =>
        command.MyInvocation.BoundParameters.Where(bound => ProfileFields.IsParameter(bound.Key)).ToDictionary(
            bound => bound.Key,
            bound => bound.Value is string text && ProfileFields.Find(bound.Key) is { } field
                ? (object?)Anywhere(field.Place, text, path => PSLocation.File(command, path))
                : bound.Value,
            StringComparer.OrdinalIgnoreCase);

    /// <summary>A reference whose path is full, with its provider, since the current location may be in another one.</summary>
    /// <param name="place">What the text is.</param>
    /// <param name="text">The reference or path, or another text, which is returned as it is.</param>
    /// <param name="full">Makes a path full.</param>
    public static string Anywhere(ProfilePlace place, string text, Func<string, string> full) =>
        place == ProfilePlace.None || ProfilePath.Of(place, text) is not { } path
            ? text
            : ProfilePath.FilePrefix + PSLocation.InFileSystem(full(path));

    /// <summary>True while a mock stands for the API: its login reads no secret.</summary>
    private static bool IsMocked(PSCmdlet command, ConnectionProfile profile) =>
        ActiveMocks.Find(command)?.Find(profile.BaseUri) is not null;
}
