using System.Management.Automation;
using BearerTools.Running;
using BearerTools.Security;

namespace BearerTools.Cmdlets;

/// <content>Errors: which of them end the command, and what they say of the other inputs.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>Time that requests in progress may take to finish after an error, if -OperationTimeoutSeconds allows more.</summary>
    private static readonly TimeSpan s_finishLimit = TimeSpan.FromSeconds(30);

    /// <summary>Treats HTTP error statuses as normal responses.</summary>
    [Parameter]
    public SwitchParameter SkipHttpErrorCheck { get; set; }

    /// <summary>Number of failed inputs that ends the command (default: no limit).</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumFailureCount { get; set; } = int.MaxValue;

    private protected override long MaximumFailures => MaximumFailureCount;

    private protected override TimeSpan FinishLimit => _factory is not { MayModify: true } ? TimeSpan.Zero : EndLimit;

    private TimeSpan EndLimit => _options.Messages.ReadTimeout is { } limit && limit < s_finishLimit ? limit : s_finishLimit;

    /// <summary>A typed request is the only one, so its error ends the command, as in Invoke-RestMethod.</summary>
    private protected override bool EndsWith(Exception error) => !_isPiped || base.EndsWith(error);

    private protected override string? Describe(RunEnd end, Exception error)
    {
        if (end.Inputs < 2)
            return EndsRest(error) ? "The command ended. Further input was not read." : null;
        List<string> parts = [];
        if (end.Failed > end.FailedUnsent) parts.Add($"{end.Failed - end.FailedUnsent} failed");
        if (end.Unfinished > 0) parts.Add($"{end.Unfinished} unfinished");
        var details = parts.Count == 0 ? string.Empty : $" ({string.Join(", ", parts)})";
        var unsent = end.FailedUnsent == 0 ? string.Empty : $", {end.FailedUnsent} failed before anything was sent";
        return $"The command ended: of {end.Inputs} inputs, {end.Sent} were sent{details}{unsent} and {end.NotSent} were not sent."
            + (HasAllInput ? string.Empty : " Further input was not read.");
    }

    /// <summary>An identity of this command alone does not have the base address of the connection, even if the session has one.</summary>
    private Exception WithoutBase(Exception error) =>
        error is not BearerRequestException { ErrorId: "RelativeUriWithoutBase" } known || (_basic is null && Token is null) ? error
            : known.With(
                known.Message,
                (_basic is null
                    ? "-Token uses its own base address, and it has none"
                    : "-Credential uses no base address of the connection")
                    + ": add -BaseUri here, or pass the address in full.");

    /// <summary>True for an error that belongs to one input: anything but a stop of the command or the script.</summary>
    private static bool IsOfInput(Exception error) => error is not (PipelineStoppedException or FlowControlException);

    /// <summary>
    /// The error of an input. The caller's objects run code of their own when they are read (enumerators, dictionaries, properties,
    /// ToString), and may throw anything.
    /// </summary>
    /// <param name="error">The exception.</param>
    /// <param name="part">The parameter that was being read.</param>
    private static Exception ErrorOf(Exception error, string? part) => error is IBearerError ? error
        : new BearerRequestException(
            $"{(string.IsNullOrEmpty(part) ? "A value" : "The value of -" + part)} cannot be read: {LiveSecrets.Redact(error.Message)}",
            error)
        {
            ErrorId = "InputUnreadable",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Correct the object that throws this error, or give its values as text, numbers and hashtables.",
        };
}
