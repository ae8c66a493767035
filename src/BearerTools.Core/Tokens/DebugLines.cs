namespace BearerTools.Tokens;

/// <summary>
/// Where the log lines of a library go that is used on the way: to the command at hand, when it was asked for them with
/// <c>-Debug</c>. They follow the work across threads, so that nothing in between has to hand them on.
/// </summary>
internal static class DebugLines
{
    private static readonly AsyncLocal<Action<string>?> s_listener = new();

    /// <summary>Takes the lines; callable from any thread. Nothing when nobody listens.</summary>
    public static Action<string>? Listener
    {
        get => s_listener.Value;
        set => s_listener.Value = value;
    }
}
