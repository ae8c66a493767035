namespace BearerTools.Session;

/// <summary>The one error of commands that need a connection and have none.</summary>
internal static class NotConnected
{
    public const string ErrorId = "NotConnected";

    private const string NextStep = "Run Connect-BearerApi, or name what to use: -Token $token, or -Profile NAME. In ForEach-Object -Parallel each runspace starts "
        + "connected to nothing: pass a token with -Token $using:token, or use -Profile.";

    public static BearerTokenException Error(string? profiles = null) => new("Nothing is connected here.")
    {
        ErrorId = ErrorId,
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = profiles is null ? NextStep : $"{NextStep} {profiles}",
    };
}
