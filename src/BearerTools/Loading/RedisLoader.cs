using BearerTools.Fleet;

namespace BearerTools.Loading;

/// <summary>Loads the assembly for Redis into its own load context, when a store or a rate limit first needs it.</summary>
internal static class RedisLoader
{
    private static readonly object s_gate = new();
    private static Type? s_type;

    /// <param name="options">Where the server is.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="BearerTokenException">The assembly is missing.</exception>
    /// <exception cref="InvalidOperationException">The assembly is from another build.</exception>
    public static IFleet Load(FleetOptions options, TimeProvider time) => (IFleet)Activator.CreateInstance(Type(), options, time)!;

    /// <summary>The assembly is loaded once, also if there are several servers.</summary>
    private static Type Type()
    {
        lock (s_gate) return s_type ??= IsolatedAssembly.Open("BearerTools.Redis", "redis", "RedisFleet", "Redis", "RedisPartMissing");
    }
}
