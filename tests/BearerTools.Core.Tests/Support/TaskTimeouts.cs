namespace BearerTools.Tests.Support;

/// <summary>Waits that end a hanging test instead of the whole run.</summary>
internal static class TaskTimeouts
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    public static Task Soon(this Task task) => task.WaitAsync(s_limit);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(s_limit);

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(s_limit);
}
