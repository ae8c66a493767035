namespace BearerTools.Cmdlets;

/// <content>Detects parameters that cannot be combined, before anything is sent.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>True if the parameter is on the command line, and not bound from the pipeline.</summary>
    private bool IsTyped(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private static BearerRequestException Conflict(string message, string nextStep) => new(message)
    {
        ErrorId = "ParameterConflict",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
