using BearerTools.Profiles.Layers;

namespace BearerTools;

/// <summary>A setting of a profile, and where its value comes from. Contains no secrets.</summary>
public sealed class BearerProfileSetting
{
    internal BearerProfileSetting(string profile, string name, string value, SettingSource source, string? path = null, int? line = null)
    {
        Profile = profile;
        Name = name;
        Value = value;
        Source = source.ToString();
        Path = path;
        Line = line;
    }

    /// <summary>Name of the profile.</summary>
    public string Profile { get; }

    /// <summary>Name of the setting: a parameter of Set-BearerProfile.</summary>
    public string Name { get; }

    /// <summary>The value as text. Secrets are references, or are not shown.</summary>
    public string Value { get; }

    /// <summary>
    /// Where the value comes from: <c>Default</c>, <c>Saved</c>, <c>Repository</c>, <c>Environment</c> or <c>Session</c>.
    /// </summary>
    public string Source { get; }

    /// <summary>The file, or the environment variable; <see langword="null"/> for a value that is built in or was typed.</summary>
    public string? Path { get; }

    /// <summary>Line in the file, from 1, or <see langword="null"/>.</summary>
    public int? Line { get; }

    /// <summary>The name and the value.</summary>
    /// <returns>Text that is safe to print.</returns>
    public override string ToString() => $"{Name} = {Value}";
}
