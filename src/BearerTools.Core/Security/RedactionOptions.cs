namespace BearerTools.Security;

/// <summary>The differences between texts that are shown, traced and recorded.</summary>
internal sealed record RedactionOptions
{
    /// <summary>The mark of the trace and its files.</summary>
    public const string TraceMark = "REDACTED";

    private const int LongestLabel = 100;

    /// <summary>What stands in place of a secret. The trace has a mark of its own, because HAR viewers show it without context.</summary>
    public string Mark { get; init; } = LiveSecrets.Mark;

    /// <summary>Further names of fields, parameters and headers whose values are secrets. Case is ignored.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>True if the values of cursors stay: a replay needs them for the next page.</summary>
    public bool KeepsCursors { get; init; }

    /// <summary>
    /// True for sentences of a server in a message: <c>password: required</c> is no setting, and only what looks like a secret is one.
    /// </summary>
    public bool IsMessage { get; init; }

    /// <summary>Gets each value that is removed by its name; <see langword="null"/> if nothing needs it.</summary>
    public Action<string>? Found { get; init; }

    /// <summary>True if a field is a secret.</summary>
    public bool IncludesField(string name, string value) => IsNamed(name) || (!Keeps(name) && SecretNames.IncludeField(name, value));

    /// <summary>True if a parameter of a query or form is a secret.</summary>
    public bool IncludesParameter(string name, string value) =>
        IsNamed(name) || (!Keeps(name) && SecretNames.IncludeParameter(name, value));

    /// <summary>True if a header is a secret.</summary>
    public bool IncludesHeader(string name, string value) => IsNamed(name) || (!Keeps(name) && SecretNames.IncludeHeader(name, value));

    /// <summary>True if even a number under this name is a secret.</summary>
    public bool IncludesNumber(string name) => IsNamed(name) || SecretNames.IncludeNumber(name);

    /// <summary>True for the name of a secret whose value stands beside it. A sentence is no name.</summary>
    public bool IncludesLabel(string text) =>
        text.Length <= LongestLabel && !text.Contains(' ', StringComparison.Ordinal)
        && IncludesField(text[(text.LastIndexOf('/') + 1)..], string.Empty);

    /// <summary>True if the user added this name: then all that it contains is removed.</summary>
    public bool IsNamed(string name) => Names.Count > 0 && Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private bool Keeps(string name) => KeepsCursors && SecretNames.IsCursor(name);
}
