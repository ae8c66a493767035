namespace BearerTools.Mocking;

/// <summary>The errors of mocks. They end the command: the test itself is wrong, not one input.</summary>
internal static class MockErrors
{
    public const string Unmatched = "MockUnmatched";

    public static BearerRequestException InvalidRule(string message, string nextStep) =>
        Error("MockRuleInvalid", BearerErrorKind.InvalidArgument, message, nextStep);

    public static BearerRequestException Error(string id, BearerErrorKind kind, string message, string nextStep, string? address = null) =>
        new(message) { ErrorId = id, Kind = kind, NextStep = nextStep, Address = address, EndsRun = true };
}
