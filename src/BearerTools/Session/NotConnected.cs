namespace BearerTools.Session;

/// <summary>The error of every command that needs a connection when there is none, and none was named.</summary>
internal static class NotConnected
{
    /// <summary>Makes the error; its next step names each way to say which connection is meant.</summary>
    public static BearerTokenException Error() => new("Nothing is connected in this session.")
    {
        ErrorId = nameof(NotConnected),
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Run Connect-BearerApi, or name what to use: -Token $token, -Profile NAME; in ForEach-Object -Parallel pass a token with -Token $using:token.",
    };
}
