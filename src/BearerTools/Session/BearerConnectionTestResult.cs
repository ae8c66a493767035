using BearerTools.Checks;
using BearerTools.Session;

namespace BearerTools;

/// <summary>Result of <c>Test-BearerConnection</c>, which is displayed as a checklist. Contains no secrets.</summary>
public sealed class BearerConnectionTestResult
{
    internal BearerConnectionTestResult(CheckTarget target, CheckSteps steps, Uri? address)
    {
        Subject = target.Subject;
        Method = target.Method.Method;
        Uri = address is null ? null : Http.RequestAddress.Printable(address);
        // An array, so that Steps[-1] works.
        Steps = steps.All.Select(step => new BearerConnectionTestStep(step)).ToArray();
        FailedStep = Steps.FirstOrDefault(step => step.Status == BearerCheckStatus.Failed);
        Result = FailedStep is null;
    }

    /// <summary>True if no step failed; what the command returns with <c>-Quiet</c>.</summary>
    public bool Result { get; }

    /// <summary>With which identity, such as <c>with profile contoso</c>.</summary>
    public string Subject { get; }

    /// <summary>HTTP method of the request.</summary>
    public string Method { get; }

    /// <summary>The address of the request, without the values of its query; <see langword="null"/> if it is not known.</summary>
    public string? Uri { get; }

    /// <summary>All steps in their order.</summary>
    public IReadOnlyList<BearerConnectionTestStep> Steps { get; }

    /// <summary>The first step that failed, or <see langword="null"/>.</summary>
    public BearerConnectionTestStep? FailedStep { get; }

    /// <summary>The checklist as text.</summary>
    /// <param name="width">Maximum length of a line, in characters.</param>
    /// <returns>Text that is safe to print, with escape sequences for colours.</returns>
    public string ToText(int width) => new Checklist(this, width).Text;

    /// <summary>The result in one line.</summary>
    /// <returns>Text that is safe to print.</returns>
    public override string ToString() =>
        $"{Method} {Uri ?? "(no address)"} {Subject}: "
            + (FailedStep is null ? "all steps passed" : $"{FailedStep.Step} failed: {FailedStep.Found}");
}
