namespace BearerTools.Sandbox.Serving;

/// <summary>The highest value seen, kept without a lock.</summary>
internal static class Highest
{
    public static void Raise(ref long highest, long value)
    {
        var seen = Interlocked.Read(ref highest);
        while (value > seen)
        {
            var before = Interlocked.CompareExchange(ref highest, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
