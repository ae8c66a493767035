using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Cmdlets;
using BearerTools.Composition;
using BearerTools.Http.Pacing;
using BearerTools.Profiles;
using BearerTools.Profiles.Layers;

namespace BearerTools.Session;

/// <summary>Lists the settings of a profile, each with the layer that its value comes from.</summary>
internal static class ProfileSettings
{
    /// <param name="name">Name of the profile.</param>
    /// <param name="inMemory">The profile in memory, or <see langword="null"/>.</param>
    /// <param name="layered">The profile of files; <see langword="null"/> if it is in memory.</param>
    public static IReadOnlyList<BearerProfileSetting> Of(string name, ConnectionProfile? inMemory, LayeredProfile? layered)
    {
        var settings = new SortedDictionary<string, BearerProfileSetting>(StringComparer.OrdinalIgnoreCase);
        // From the weakest layer to the strongest, so that a later value replaces an earlier one.
        foreach (var (setting, value) in Defaults()) Add(new(name, setting, value, SettingSource.Default));
        foreach (var (value, source, file) in layered?.Values ?? [])
            Add(new(name, value.Field.Name, SettingText.Of(value.Value), source, file.Path, file.Line(value.Start)));
        foreach (var (setting, variable, text) in EnvironmentSettings.Set)
            Add(new(name, setting, SettingText.Of(text), SettingSource.Environment, variable));
        foreach (var (setting, value) in inMemory?.Typed ?? []) Add(new(name, setting, value, SettingSource.Session));
        return [.. settings.Values];

        void Add(BearerProfileSetting setting) => settings[setting.Name] = setting;
    }

    /// <summary>The parameters of a command line that define its profile, as text without secrets.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Typed(ConnectionDefinitionCommand command) =>
    [
        .. command.MyInvocation.BoundParameters.Keys.Where(ProfileFields.IsParameter).Select(name => KeyValuePair.Create(
            name, ProfileFields.Find(name) is null ? SettingText.NotShown : SettingText.Of(Plain(ProfileFields.Value(command, name))))),
    ];

    private static object? Plain(object? value) => PSValue.Unwrap(value) switch
    {
        SwitchParameter flag => flag.IsPresent,
        Uri address => address.OriginalString,
        var other => other,
    };

    private static IEnumerable<(string Name, string Value)> Defaults()
    {
        var defaults = RequestOptions.Default;
        yield return (nameof(ConnectionDefinitionCommand.MaximumQuotaWaitSec), SettingText.Of(PaceOptions.UsualQuotaWait.TotalSeconds));
        yield return (nameof(ConnectionDefinitionCommand.MaximumRetryCount), SettingText.Of(defaults.Retries.MaxRetries));
        yield return (nameof(ConnectionDefinitionCommand.ThrottleLimit), SettingText.Of(defaults.ThrottleLimit));
        yield return (nameof(TokenFlowCommand.TokenScheme), "Bearer");
    }
}
