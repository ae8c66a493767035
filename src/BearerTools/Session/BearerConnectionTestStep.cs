using BearerTools.Checks;
using BearerTools.Security;

namespace BearerTools;

/// <summary>One step of <c>Test-BearerConnection</c>. Contains no secrets.</summary>
public sealed class BearerConnectionTestStep
{
    internal BearerConnectionTestStep(CheckStep step)
    {
        Step = step.Name;
        Status = step.Status;
        Found = LiveSecrets.Redact(step.Found);
        Cause = step.Cause is null ? null : LiveSecrets.Redact(step.Cause);
        NextStep = step.NextStep is null ? null : LiveSecrets.Redact(step.NextStep);
        ErrorId = step.ErrorId;
        Duration = step.Duration;
        Details = step.Details.ToDictionary(
            detail => detail.Key, detail => detail.Value is string text ? LiveSecrets.Redact(text) : detail.Value);
    }

    /// <summary>Name of the step, such as <c>TLS</c>.</summary>
    public string Step { get; }

    /// <summary>The result.</summary>
    public BearerCheckStatus Status { get; }

    /// <summary>What was found, in a few words.</summary>
    public string Found { get; }

    /// <summary>The cause of a problem, or <see langword="null"/>.</summary>
    public string? Cause { get; }

    /// <summary>What to do about a problem, or <see langword="null"/>.</summary>
    public string? NextStep { get; }

    /// <summary>The id that errors of other commands have for this problem, or <see langword="null"/>.</summary>
    public string? ErrorId { get; }

    /// <summary>Time that the step took; zero if it was not measured separately.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Further details by name, such as the certificate chain or the addresses of the host.</summary>
    public IReadOnlyDictionary<string, object?> Details { get; }

    /// <summary>The step and what was found.</summary>
    /// <returns>Text that is safe to print.</returns>
    public override string ToString() => $"{Step}: {Found}";
}
