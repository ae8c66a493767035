namespace BearerTools.Cmdlets;

/// <content>Parameters that do not go together: one error that says what to do, before anything is sent.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>Whether it stands on the command line: what inputs bring comes later.</summary>
    private bool IsTyped(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private static BearerRequestException Conflict(string message, string nextStep) => new(message)
    {
        ErrorId = "ParameterConflict",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
