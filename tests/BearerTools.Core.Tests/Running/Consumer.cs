using BearerTools.Running;

namespace BearerTools.Tests.Running;

/// <summary>What a pipeline does with a runner: feeds, takes and waits, on one thread.</summary>
internal static class Consumer
{
    /// <summary>Everything that comes of these jobs.</summary>
    public static Task<List<RunItem>> RunAllAsync(this Runner runner, IEnumerable<Job> jobs) => Task.Factory.StartNew(
        () =>
        {
            var items = new List<RunItem>();
            foreach (var job in jobs)
            {
                while (!runner.TryAdd(job))
                {
                    runner.Wait(forCapacity: true);
                    runner.TakeInto(items);
                }

                runner.TakeInto(items);
            }

            runner.Complete();
            while (runner.Wait(forCapacity: false)) runner.TakeInto(items);
            return items;
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>Waits on a thread of its own, as the pipeline's thread does.</summary>
    public static Task<bool> WaitAsync(this Runner runner) => Task.Factory.StartNew(
        () => runner.Wait(forCapacity: false), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public static List<RunItem> Take(this Runner runner)
    {
        var items = new List<RunItem>();
        runner.TryTake(items, []);
        return items;
    }

    public static IEnumerable<object?> Rows(this IEnumerable<RunItem> items) =>
        items.Where(item => item.Kind == RunItemKind.Row).Select(item => item.Value);

    private static void TakeInto(this Runner runner, List<RunItem> items)
    {
        var taken = new List<RunItem>();
        while (runner.TryTake(taken, []))
        {
            items.AddRange(taken);
            taken.Clear();
        }
    }
}
