namespace BearerTools.Http;

/// <summary>Times as people read them.</summary>
internal static class TimeText
{
    /// <summary>Such as <c>1.5 s</c>.</summary>
    public static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.#} s");
}
