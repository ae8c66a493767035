namespace BearerTools.Pipeline;

/// <summary>Errors of command lines, before anything is sent.</summary>
internal static class ParameterErrors
{
    /// <param name="message">Which parameters cannot be combined, or what is missing.</param>
    /// <param name="nextStep">What to do.</param>
    public static BearerRequestException Conflict(string message, string nextStep) => new(message)
    {
        ErrorId = "ParameterConflict",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = nextStep,
    };
}
