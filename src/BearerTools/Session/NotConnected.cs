namespace BearerTools.Session;

/// <summary>The error of commands that need a connection when there is none.</summary>
internal static class NotConnected
{
    public const string ErrorId = "NotConnected";

    private const string NextStep =
        "Run Connect-BearerApi, or pass -Token $token or -Profile NAME. In ForEach-Object -Parallel, each runspace starts "
        + "without a connection: use -Token $using:token or -Profile NAME there. "
        + "A module has its own connection: connect in it, or pass -Token $token to it. "
        + "For a request without a token, use Invoke-RestMethod.";

    public static BearerTokenException Error(string? profiles = null) => new("Nothing is connected here.")
    {
        ErrorId = ErrorId,
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = profiles is null ? NextStep : $"{NextStep} {profiles}",
    };
}
