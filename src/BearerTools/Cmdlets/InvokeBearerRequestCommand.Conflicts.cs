namespace BearerTools.Cmdlets;

/// <content>Detects parameters that cannot be combined, before anything is sent.</content>
public sealed partial class InvokeBearerRequestCommand
{
    private static BearerRequestException Conflict(string message, string nextStep) => new(message)
    {
        ErrorId = "ParameterConflict",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
