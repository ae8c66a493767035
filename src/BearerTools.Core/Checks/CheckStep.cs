namespace BearerTools.Checks;

/// <summary>The result of one step: a row of the checklist.</summary>
/// <param name="Name">Name of the step, one of <see cref="CheckSteps"/>.</param>
/// <param name="Status">The result.</param>
/// <param name="Found">What was found, in a few words.</param>
internal sealed record CheckStep(string Name, BearerCheckStatus Status, string Found)
{
    /// <summary>The cause of a problem, in sentences; otherwise <see langword="null"/>.</summary>
    public string? Cause { get; init; }

    /// <summary>What to do about a problem, with the command where there is one; otherwise <see langword="null"/>.</summary>
    public string? NextStep { get; init; }

    /// <summary>Stable id of the error, as commands report it; <see langword="null"/> if there is none.</summary>
    public string? ErrorId { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>Further details by name, without secrets.</summary>
    public IReadOnlyDictionary<string, object?> Details { get; init; } = new Dictionary<string, object?>();
}
