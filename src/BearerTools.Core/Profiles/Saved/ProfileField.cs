namespace BearerTools.Profiles.Saved;

/// <summary>What the value of a field may be.</summary>
internal enum ProfileFieldKind
{
    Text,
    Number,
    Switch,

    /// <summary>A list of texts, or one text.</summary>
    TextList,

    /// <summary>A list of numbers, or one number.</summary>
    NumberList,

    /// <summary>An object whose values are texts, numbers, true or false, or lists of them.</summary>
    Map,

    /// <summary>Any object.</summary>
    Body,
}

/// <summary>Where the secret or file of a field is.</summary>
internal enum ProfilePlace
{
    None,

    /// <summary>A reference to a secret, such as <c>env:NAME</c> or <c>file:PATH</c>.</summary>
    Reference,

    /// <summary>A reference, or the path of a file.</summary>
    PathOrReference,
}

/// <summary>A field of a saved profile. It is a parameter of Set-BearerProfile, and has its name.</summary>
internal sealed record ProfileField(string Name, ProfileFieldKind Kind)
{
    public ProfilePlace Place { get; init; }

    /// <summary>Other names of the parameter, which are suggested but not accepted.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}
