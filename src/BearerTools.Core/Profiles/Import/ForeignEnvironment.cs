using BearerTools.Profiles.Saved;

namespace BearerTools.Profiles.Import;

/// <summary>A variable of an environment of another tool.</summary>
/// <param name="Name">The name.</param>
/// <param name="Text">The value; <see langword="null"/> if the file holds none, because the tool keeps it elsewhere.</param>
/// <param name="IsSecret">True if the tool treats it as a secret, or the file for private values holds it.</param>
/// <param name="Place">The file, line and column, for messages.</param>
internal sealed record ForeignVariable(string Name, string? Text, bool IsSecret, string Place)
{
    /// <summary>
    /// True if the value must not be imported. An identifier or an address is no secret, also in a file for private values.
    /// </summary>
    public bool HoldsSecret => Text is null
        ? IsSecret
        : PlainSecret.Of(Text) is not null
            || (!EnvironmentMapping.IsKnown(Name) && (IsSecret || PlainSecret.IsIn(string.Empty, Name, Text)));
}

/// <summary>An environment of another tool: variables, and the ways to get a token that it names.</summary>
/// <param name="Name">The name of the environment.</param>
/// <param name="Place">The file, line and column, for messages.</param>
/// <param name="Variables">The variables.</param>
internal sealed record ForeignEnvironment(string Name, string Place, IReadOnlyList<ForeignVariable> Variables)
{
    /// <summary>OAuth settings that stand apart from the variables, by their name. Empty if the variables are all.</summary>
    public IReadOnlyList<ForeignLogin> Logins { get; init; } = [];
}

/// <summary>OAuth settings of an environment.</summary>
/// <param name="Name">The name of the settings.</param>
/// <param name="Settings">The settings, such as Token URL.</param>
internal sealed record ForeignLogin(string Name, IReadOnlyList<ForeignVariable> Settings);
