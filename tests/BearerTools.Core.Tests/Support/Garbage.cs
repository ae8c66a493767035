namespace BearerTools.Tests.Support;

/// <summary>Tests whether objects can be collected.</summary>
public static class Garbage
{
    /// <summary>
    /// Asserts that these objects are unreachable. A few of many are allowed to be alive: a thread that has just run a task may keep its
    /// last objects alive for some time.
    /// </summary>
    public static void AssertCollected(IReadOnlyCollection<WeakReference> references)
    {
        Assert.InRange(references.Count, 40, int.MaxValue);
        for (var round = 0; round < 50 && CountAlive(references) > 0; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Yield();
        }

        Assert.InRange(CountAlive(references), 0, references.Count / 10);
    }

    private static int CountAlive(IEnumerable<WeakReference> references) => references.Count(reference => reference.IsAlive);
}
